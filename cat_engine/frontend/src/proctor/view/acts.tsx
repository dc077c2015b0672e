/** One dialog for every act: how many people it concerns, why, and what came of it. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
import type { Asked } from '../acting';
import { REASONS } from '../interfaces';
import { seatName, type Props } from './words';

const NAMES_SHOWN = 6;
const MINUTES_AT_FIRST = 5;
const MINUTES_LIMIT = 600;
const MINUTE_CHOICES = [5, 10, 15, 30];

export function ActDialog(props: Props & { asked: Asked }) {
  const { ctrl, t, asked } = props;
  const isRoomAct = asked.act === 'open' || asked.act === 'start';
  const [reason, setReason] = useState(isRoomAct ? 'procedure' : 'technical');
  const [words, setWords] = useState('');
  const [minutes, setMinutes] = useState(asked.proposedMinutes ?? MINUTES_AT_FIRST);
  const [isAskedAgain, setAskedAgain] = useState(false);
  const needsWords = reason === 'other' && words.trim() === '';
  const areMinutesGood = asked.act !== 'extend' || (Number.isInteger(minutes) && minutes >= 1 && minutes <= MINUTES_LIMIT);
  const submit = (event: Event) => {
    event.preventDefault();
    if (needsWords || !areMinutesGood) return;
    if (asked.act === 'end' && !isAskedAgain) setAskedAgain(true);
    else void ctrl.acting.carryOut(reason, words.trim(), minutes);
  };
  if (isAskedAgain) return <Again {...props} onSubmit={submit} onBack={() => setAskedAgain(false)} />;
  return (
    <Dialog title={t(`proctor.act.${asked.act}`)} onClose={ctrl.acting.cancel}>
      <form class="act-form" onSubmit={submit}>
        <p>{t(`proctor.ask.${asked.act}`, { count: asked.count })}</p>
        <Concerned {...props} />
        {asked.act === 'extend' && <Minutes {...props} minutes={minutes} setMinutes={setMinutes} />}
        <label>
          {t('proctor.reason')}
          <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
            {REASONS.map((one) => <option key={one} value={one}>{t(`proctor.reason.${one}`)}</option>)}
          </select>
        </label>
        <label>
          {t(reason === 'other' ? 'proctor.words_needed' : 'proctor.words')}
          <input type="text" maxLength={300} required={reason === 'other'} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        <p class="quiet">{t('proctor.recorded')}</p>
        <div class="buttons">
          <button type="submit" class={asked.act === 'end' ? 'button danger primary' : 'button primary'} disabled={needsWords || !areMinutesGood}>
            {t(`proctor.act.${asked.act}`)}
          </button>
          <button type="button" class="button" onClick={ctrl.acting.cancel}>{t('proctor.cancel')}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** The second question before what cannot be undone. */
function Again(props: Props & { asked: Asked; onSubmit: (event: Event) => void; onBack: () => void }) {
  const { ctrl, t, asked } = props;
  return (
    <Dialog title={t('proctor.sure.title')} onClose={ctrl.acting.cancel}>
      <form class="act-form" onSubmit={props.onSubmit}>
        <p><strong>{t('proctor.ask.end', { count: asked.count })}</strong></p>
        <Concerned {...props} />
        <p>{t('proctor.sure.lead')}</p>
        <div class="buttons">
          <button type="submit" class="button danger primary">{t('proctor.sure', { count: asked.count })}</button>
          <button type="button" class="button" onClick={props.onBack}>{t('proctor.step_back')}</button>
        </div>
      </form>
    </Dialog>
  );
}

function Concerned({ ctrl, t, asked }: Props & { asked: Asked }) {
  if (!('participants' in asked.targets)) return <p class="concerned">{t('proctor.concerns', { count: asked.count })}</p>;
  const numbers = asked.targets.participants;
  const names = numbers.slice(0, NAMES_SHOWN).map((no) => {
    const row = ctrl.rows.value.get(no);
    return row ? `${row.name} (${seatName(row)})` : no;
  });
  const rest = numbers.length - names.length;
  return (
    <p class="concerned">
      {names.join(', ')}
      {rest > 0 && `, ${t('proctor.and_more', { count: rest })}`}
    </p>
  );
}

function Minutes({ t, asked, minutes, setMinutes }: Props & { asked: Asked; minutes: number; setMinutes: (next: number) => void }) {
  return (
    <div class="minutes">
      <label>
        {t('proctor.minutes')}
        <input type="number" min={1} max={MINUTES_LIMIT} step={1} required value={minutes} onInput={(event) => setMinutes(Number(event.currentTarget.value))} />
      </label>
      {MINUTE_CHOICES.map((choice) => (
        <button key={choice} type="button" class="button small" aria-pressed={minutes === choice} onClick={() => setMinutes(choice)}>
          {t('proctor.minutes_short', { minutes: choice })}
        </button>
      ))}
      {asked.proposedMinutes !== null && <p class="quiet">{t('proctor.proposed', { minutes: asked.proposedMinutes })}</p>}
    </div>
  );
}

/** What came of the last act, over everything else until it is understood. */
export function ActNotices({ ctrl, t }: Props) {
  const { sending, outcome, refusal } = ctrl.acting;
  const understood = <button type="button" class="button small" onClick={ctrl.acting.forget}>{t('proctor.understood')}</button>;
  return (
    <div class="notices" aria-live="polite">
      {sending.value && !sending.value.isUnanswered && (
        <p class="notice">{t('proctor.sending', { act: t(`proctor.act.${sending.value.act}`), count: sending.value.count })}</p>
      )}
      {sending.value?.isUnanswered && (
        <div class="notice bad">
          <p>{t('proctor.no_answer')}</p>
          <button type="button" class="button small" onClick={() => void ctrl.acting.again()}>{t('proctor.send_again')}</button> {understood}
        </div>
      )}
      {refusal.value !== null && (
        <div class="notice bad"><p>{t('proctor.not_carried_out', { reason: refusal.value })}</p> {understood}</div>
      )}
      {outcome.value && (
        <div class={outcome.value.refused.length > 0 ? 'notice' : 'notice good'}>
          <p>
            <strong>
              {t(`proctor.act.${outcome.value.act}`)}: {t('proctor.done', { count: outcome.value.done })}
              {outcome.value.refused.length > 0 && `, ${t('proctor.refused', { count: outcome.value.refused.length })}`}
            </strong>
          </p>
          {outcome.value.refused.length > 0 && (
            <div class="refused" tabIndex={0} role="region" aria-label={t('proctor.refused.caption')}>
              <table>
                <caption class="hidden-visually">{t('proctor.refused.caption')}</caption>
                <tbody>
                  {outcome.value.refused.map((one) => {
                    const row = ctrl.rows.value.get(one.participant_no);
                    return (
                      <tr key={one.participant_no}>
                        <th scope="row">{row ? `${seatName(row)} ${row.name}` : one.participant_no}</th>
                        <td>{one.message}</td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          )}
          {understood}
        </div>
      )}
    </div>
  );
}
