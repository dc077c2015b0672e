/** What passes between the candidate and staff: messages until they were read, and calls. */
import { useState } from 'preact/hooks';
import { Dialog } from '../../lib/dialog';
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
