/** One dialog for every act: how many people it concerns, why, and what came of it. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
import { ONE_PERSON_MINUTES, type Asked } from '../acting';
import { REASONS } from '../interfaces';
import { seatName, type Props } from './words';

const NAMES_SHOWN = 6;
const MINUTES_AT_FIRST = 5;
const MINUTES_LIMIT = 600;
const MINUTE_CHOICES = [5, 10, 15, 30];
const DANGEROUS = new Set(['end', 'void', 'disqualify', 'confirm']);

export function ActDialog(props: Props & { asked: Asked }) {
  const { ctrl, t, asked } = props;
  const isRoomAct = asked.act === 'open' || asked.act === 'start';
  const [reason, setReason] = useState(isRoomAct ? 'procedure' : 'technical');
  const [words, setWords] = useState('');
  const [minutes, setMinutes] = useState(asked.proposedMinutes ?? MINUTES_AT_FIRST);
  const [text, setText] = useState('');
  const [place, setPlace] = useState(() => placeAtFirst(props));
  const [isAskedAgain, setAskedAgain] = useState(false);
  const hasMinutes = asked.act === 'extend' || asked.act === 'readmit';
  const needsWords = reason === 'other' && words.trim() === '';
  const least = asked.act === 'readmit' ? 0 : 1;
  const areMinutesGood = !hasMinutes || (Number.isInteger(minutes) && minutes >= least && minutes <= MINUTES_LIMIT);
  const isWhole =
    !needsWords && areMinutesGood && (asked.act !== 'message' || text.trim() !== '') && (asked.act !== 'move' || asked.count > 1 || place.seat.trim() !== '');
  const details = {
    ...(hasMinutes && minutes > 0 ? { minutes } : {}),
    ...(asked.act === 'message' ? { text: text.trim() } : {}),
    ...(asked.act === 'move' ? { room: place.room, seat: place.seat.trim() } : {}),
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isWhole) return;
    if (asked.act === 'end' && !isAskedAgain) setAskedAgain(true);
    else void ctrl.acting.carryOut(reason, words.trim(), details);
  };
  if (isAskedAgain) return <Again {...props} onSubmit={submit} onBack={() => setAskedAgain(false)} />;
  return (
    <Dialog title={t(`proctor.act.${asked.act}`)} onClose={ctrl.acting.cancel}>
      <form class="act-form" onSubmit={submit}>
        <p>{t(`proctor.ask.${asked.act}`, { count: asked.count })}</p>
        <Concerned {...props} />
        {hasMinutes && <Minutes {...props} minutes={minutes} setMinutes={setMinutes} />}
        {asked.act === 'extend' && minutes > ONE_PERSON_MINUTES && <p class="notice">{t('proctor.needs_two')}</p>}
        {asked.act === 'message' && (
          <label>
            {t('proctor.message_text')}
            <textarea rows={3} maxLength={500} required value={text} onInput={(event) => setText(event.currentTarget.value)} />
          </label>
        )}
        {asked.act === 'move' && <Place {...props} place={place} setPlace={setPlace} />}
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
          <button type="submit" class={DANGEROUS.has(asked.act) ? 'button danger primary' : 'button primary'} disabled={!isWhole}>
            {t(`proctor.act.${asked.act}`)}
          </button>
          <button type="button" class="button" onClick={ctrl.acting.cancel}>{t('proctor.cancel')}</button>
        </div>
      </form>
    </Dialog>
  );
}

interface Seat {
  room: string;
  seat: string;
}

function placeAtFirst({ ctrl, asked }: Props & { asked: Asked }): Seat {
  const [only] = 'participants' in asked.targets ? asked.targets.participants : [];
  const row = only === undefined ? undefined : ctrl.rows.value.get(only);
  return { room: row?.room ?? ctrl.rooms.value[0]?.id ?? '', seat: '' };
}

/** The new room and seat; seats of others who have not finished are refused by the server. */
function Place({ ctrl, t, asked, place, setPlace }: Props & { asked: Asked; place: Seat; setPlace: (next: Seat) => void }) {
  return (
    <div class="minutes">
      <label>
        {t('proctor.room')}
        <select value={place.room} onChange={(event) => setPlace({ ...place, room: event.currentTarget.value })}>
          {ctrl.rooms.value.map((room) => <option key={room.id} value={room.id}>{room.name}</option>)}
        </select>
      </label>
      {asked.count > 1 ? <p class="quiet">{t('proctor.free_seats')}</p> : (
        <label>
          {t('proctor.new_seat')}
          <input type="text" maxLength={20} required value={place.seat} onInput={(event) => setPlace({ ...place, seat: event.currentTarget.value })} />
        </label>
      )}
    </div>
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
        <input type="number" min={asked.act === 'readmit' ? 0 : 1} max={MINUTES_LIMIT} step={1} required value={minutes} onInput={(event) => setMinutes(Number(event.currentTarget.value))} />
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
              {t(`proctor.act.${outcome.value.act}`)}: {t(outcome.value.isProposal ? 'proctor.done_proposed' : 'proctor.done', { count: outcome.value.done })}
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
          {ctrl.acting.canUndo.value && (
            <button type="button" class="button small" onClick={() => void ctrl.acting.undo()}>{t('proctor.act.undo')}</button>
          )}{' '}
          {understood}
        </div>
      )}
    </div>
  );
}
