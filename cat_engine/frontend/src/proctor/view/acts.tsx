/** One dialog for every act: how many people it concerns, why, and what came of it. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
import type { Asked } from '../ctrl';
import { REASONS } from '../interfaces';
import type { Props } from './console';

const SHOWN_REFUSALS = 8;

export function ActDialog({ ctrl, t, asked }: Props & { asked: Asked }) {
  const isRoomAct = asked.act === 'open' || asked.act === 'start';
  const [reason, setReason] = useState(isRoomAct ? 'procedure' : 'technical');
  const [words, setWords] = useState('');
  const [minutes, setMinutes] = useState(5);
  const [isSure, setSure] = useState(asked.act !== 'end');
  const close = () => (ctrl.asked.value = null);
  const needsWords = reason === 'other' && words.trim() === '';
  return (
    <Dialog title={t(`proctor.act.${asked.act}`)} onClose={close}>
      <form
        class="act-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSure && !needsWords) void ctrl.carryOut(reason, words.trim(), minutes);
        }}
      >
        <p>{t(`proctor.ask.${asked.act}`, { count: asked.count })}</p>
        {asked.act === 'extend' && (
          <label>
            {t('proctor.minutes')}
            <input type="number" min={1} max={600} required value={minutes} onInput={(event) => setMinutes(Number(event.currentTarget.value))} />
          </label>
        )}
        <label>
          {t('proctor.reason')}
          <select value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
            {REASONS.map((one) => <option key={one} value={one}>{t(`proctor.reason.${one}`)}</option>)}
          </select>
        </label>
        <label>
          {t(reason === 'other' ? 'proctor.words_needed' : 'proctor.words')}
          <input type="text" maxLength={300} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
        </label>
        {asked.act === 'end' && (
          <label class="sure">
            <input type="checkbox" checked={isSure} onChange={(event) => setSure(event.currentTarget.checked)} />
            {t('proctor.sure', { count: asked.count })}
          </label>
        )}
        <p class="quiet">{t('proctor.recorded')}</p>
        <div class="buttons">
          <button type="submit" class={asked.act === 'end' ? 'button danger primary' : 'button primary'} disabled={!isSure || needsWords || minutes < 1}>
            {t(`proctor.act.${asked.act}`)}
          </button>
          <button type="button" class="button" onClick={close}>{t('proctor.cancel')}</button>
        </div>
      </form>
    </Dialog>
  );
}

export function OutcomeNotice({ ctrl, t }: Props) {
  const outcome = ctrl.outcome.value;
  const problem = ctrl.problem.value;
  return (
    <div aria-live="polite">
      {outcome && (
        <div class={outcome.refused.length > 0 ? 'notice' : 'notice good'}>
          <strong>{t(`proctor.act.${outcome.act}`)}: {t('proctor.done', { count: outcome.done })}</strong>
          {outcome.refused.length > 0 && (
            <ul>
              {outcome.refused.slice(0, SHOWN_REFUSALS).map((one) => <li key={one.participant_no}>{one.participant_no}: {one.message}</li>)}
              {outcome.refused.length > SHOWN_REFUSALS && <li>{t('proctor.more', { count: outcome.refused.length - SHOWN_REFUSALS })}</li>}
            </ul>
          )}
          <button type="button" class="button small" onClick={() => (ctrl.outcome.value = null)}>{t('proctor.understood')}</button>
        </div>
      )}
      {problem && (
        <div class="notice bad">
          {problem === 'no_answer' ? t('proctor.no_answer') : problem}{' '}
          <button type="button" class="button small" onClick={() => (ctrl.problem.value = null)}>{t('proctor.understood')}</button>
        </div>
      )}
    </div>
  );
}
