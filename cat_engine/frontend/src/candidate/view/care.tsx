/** What passes between the candidate and staff: messages until they were read, and calls. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
import { clockText } from '../../lib/i18n';
import type { View } from '../interfaces';
import type { Props } from './app';

const TOPICS = ['technical', 'health', 'toilet', 'other'] as const;

/** Messages of staff; part of the state, so one that was pushed and lost comes with the next beat. */
export function Messages({ ctrl, t }: Props) {
  const view = ctrl.view.value;
  const unread = view === null || ctrl.stage.value === 'taken_over' ? [] : view.messages.slice(view.read_count);
  return (
    <div class="banners" role="alert">
      {unread.length > 0 && (
        <div class="banner message">
          <strong>{t('candidate.message')}</strong>
          {unread.map((message) => <p key={message.at}>{message.text}</p>)}
          <button type="button" class="button small" onClick={() => ctrl.readMessages(view!.messages.length)}>
            {t('candidate.message_read')}
          </button>
        </div>
      )}
    </div>
  );
}

export function CallButton({ ctrl, t }: Props) {
  const [isOpen, setOpen] = useState(false);
  const isCalling = (ctrl.view.value?.call ?? null) !== null;
  return (
    <>
      <button type="button" class="call" disabled={isCalling} onClick={() => setOpen(true)}>
        {t(isCalling ? 'candidate.called' : 'candidate.call')}
      </button>
      <span class="hidden-visually" role="status">{isCalling && t('candidate.called_long')}</span>
      {isOpen && (
        <Dialog title={t('candidate.call')} onClose={() => setOpen(false)}>
          <p>{t('candidate.call_lead')}</p>
          <div class="topics">
            {TOPICS.map((topic) => (
              <button key={topic} type="button" class="button" onClick={() => { setOpen(false); ctrl.call(topic); }}>
                {t(`candidate.topic.${topic}`)}
              </button>
            ))}
          </div>
          <div class="buttons">
            <button type="button" class="button" onClick={() => setOpen(false)}>{t('candidate.close')}</button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Offered to who has an allowance; asks once, because it hides the item. */
export function BreakButton({ ctrl, t, view }: Props & { view: View }) {
  const [isOpen, setOpen] = useState(false);
  if (view.break_left_ms <= 0) return null;
  const minutes = Math.ceil(view.break_left_ms / 60_000);
  return (
    <>
      <button type="button" class="button small" onClick={() => setOpen(true)}>{t('candidate.break.start')}</button>
      {isOpen && (
        <Dialog title={t('candidate.break.start')} onClose={() => setOpen(false)}>
          <p>{t('candidate.break.lead', { minutes })}</p>
          <div class="buttons">
            <button type="button" class="button" onClick={() => setOpen(false)}>{t('candidate.close')}</button>
            <button type="button" class="button primary" onClick={() => { setOpen(false); void ctrl.startBreak(); }}>
              {t('candidate.break.begin')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** The break itself: no item, the clock stands, and what is left of the allowance. */
export function OnBreak({ ctrl, t, view }: Props & { view: View }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [left, setLeft] = useState(view.break_left_ms);
  useLayoutEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    const ends = performance.now() + view.break_left_ms;
    const tick = setInterval(() => setLeft(Math.max(0, ends - performance.now())), 500);
    return () => clearInterval(tick);
  }, [view.break_left_ms]);
  useEffect(() => {
    if (left > 0) return undefined;
    const poll = setInterval(() => void ctrl.beat(), 1_500);
    return () => clearInterval(poll);
  }, [left === 0]);
  return (
    <main class="single" id="content">
      <section class="card">
        <h1 ref={heading} tabIndex={-1}>{t('candidate.break.title')}</h1>
        <p role="status">{t('candidate.break.text')}</p>
        <p>
          {t('candidate.break.left')} <strong role="timer" aria-live="off">{clockText(left)}</strong>
        </p>
        <div class="buttons">
          <button type="button" class="button primary" onClick={() => void ctrl.endBreak()}>{t('candidate.break.end')}</button>
        </div>
      </section>
    </main>
  );
}
