/** The frame of the page and which of its states is shown. */
import type { Texts } from '../../lib/i18n';
import type { Ctrl } from '../ctrl';
import type { Prefs } from '../prefs';
import { Exam } from './exam';
import { BreakButton, CallButton, Messages, OnBreak } from './care';
import { FullScreen } from './full_screen';
import { ResultSheet } from './result';
import { SaveFile } from './save_file';
import { Identity, Practice, Rules, WaitingRoom } from './start';

export interface Props {
  ctrl: Ctrl;
  t: Texts;
  prefs: Prefs;
}

export function App(props: Props) {
  return (
    <>
      <Header {...props} />
      <LineBanner {...props} />
      <Messages {...props} />
      <Page {...props} />
    </>
  );
}

function Page(props: Props) {
  const { ctrl, t } = props;
  const view = ctrl.view.value;
  const stage = ctrl.stage.value;
  if (stage === 'taken_over') {
    return (
      <Single title={t('candidate.taken_over.title')}>
        <p>{t('candidate.taken_over.text')}</p>
        <div class="buttons">
          <a class="button primary" href="/login">{t('candidate.sign_in_again')}</a>
          <CloseBrowser t={t} />
        </div>
      </Single>
    );
  }
  if (stage === 'closed') {
    return (
      <Single title={t('candidate.closed.title')}>
        <p role="status">{t('candidate.closed.text')}</p>
      </Single>
    );
  }
  if (stage === 'browser') return <BrowserRequired {...props} />;
  if (view === null || stage === 'loading') {
    return (
      <Single title={t('candidate.loading.title')}>
        <p role="status">{t('candidate.loading.text')}</p>
      </Single>
    );
  }
  if (view.status === 'void') {
    return (
      <Single title={t(`candidate.void.${view.void_kind}`)}>
        <p role="status">{t('candidate.void.text')}</p>
      </Single>
    );
  }
  if (view.status === 'finished' && view.result) return <ResultSheet {...props} view={view} />;
  if (stage === 'identity') return <Identity {...props} view={view} />;
  if (stage === 'rules') return <Rules {...props} view={view} />;
  if (stage === 'practice') return <Practice {...props} view={view} />;
  if (view.status === 'paused' && view.paused?.reason === 'own_break') return <OnBreak {...props} view={view} />;
  if (view.status === 'paused') {
    return (
      <Single title={t('candidate.paused.title')}>
        <p role="status">{t('candidate.paused.text')}</p>
        <p class="notice">
          {t(`candidate.reason.${view.paused?.reason ?? 'other'}`)}
          {view.paused?.words ? ` — ${view.paused.words}` : ''}
        </p>
      </Single>
    );
  }
  if (view.status === 'working') return <Exam {...props} view={view} />;
  return <WaitingRoom {...props} view={view} />;
}

/** Not in Safe Exam Browser, or in one with other settings: what to do. It goes on by itself. */
function BrowserRequired({ t }: Props) {
  return (
    <Single title={t('candidate.browser.title')}>
      <p role="status">{t('candidate.browser.text')}</p>
      <ol class="rules">
        {['hand', 'start', 'let_in'].map((name) => <li key={name}>{t(`candidate.browser.${name}`)}</li>)}
      </ol>
      <div class="buttons"><CloseBrowser t={t} /></div>
    </Single>
  );
}

/** The way out of a locked browser, where the exam session asks for one. */
export function CloseBrowser({ t }: Pick<Props, 't'>) {
  if (!document.getElementById('app')?.dataset['seb']) return null;
  return <a class="button" href="/seb/quit">{t('candidate.browser.close')}</a>;
}

export function Single(props: { title: string; children: preact.ComponentChildren }) {
  return (
    <main class="single" id="content">
      <section class="card">
        <h1>{props.title}</h1>
        {props.children}
      </section>
    </main>
  );
}

function Header({ ctrl, t, prefs }: Props) {
  const view = ctrl.view.value;
  return (
    <header class="top">
      <div class="exam-name">
        <strong>{view?.exam.title ?? document.getElementById('app')?.dataset['title'] ?? ''}</strong>
        {view && (
          <span>
            {view.exam.session_title} · {view.exam.room} · {t('candidate.seat', { seat: view.exam.seat })}
          </span>
        )}
      </div>
      {view && (
        <div class="person">
          <strong>{view.candidate.name}</strong>
          <span>{view.candidate.participant_no}</span>
        </div>
      )}
      {view && ctrl.stage.value !== 'taken_over' && view.status !== 'finished' && <CallButton ctrl={ctrl} t={t} prefs={prefs} />}
      {view && ctrl.stage.value === 'exam' && view.status === 'working' && <BreakButton ctrl={ctrl} t={t} prefs={prefs} view={view} />}
      <div class="tools" role="group" aria-label={t('candidate.display')}>
        <button type="button" onClick={prefs.smaller} aria-label={`A− ${t('candidate.text_smaller')}`}>A−</button>
        <button type="button" onClick={prefs.usual} aria-label={`A ${t('candidate.text_usual')}`}>A</button>
        <button type="button" onClick={prefs.larger} aria-label={`A+ ${t('candidate.text_larger')}`}>A+</button>
        <button
          type="button"
          onClick={prefs.toggleContrast}
          aria-pressed={prefs.contrast.value}
          aria-label={`◐ ${t('candidate.contrast')}`}
          title={t('candidate.contrast')}
        >
          ◐
        </button>
        <FullScreen t={t} isTool />
      </div>
    </header>
  );
}

function LineBanner({ ctrl, t }: Props) {
  const offline = ctrl.lineState.value === 'offline' && ctrl.stage.value !== 'taken_over';
  const finished = ctrl.view.value?.status === 'finished';
  return (
    <div class="banners" aria-live="polite">
      {offline && !finished && (
        <p class="banner bad">
          <strong>{t('candidate.offline.title')}</strong>{' '}
          {ctrl.waitingCount.value === 0 ? t('candidate.offline.none') : t('candidate.offline.text', { count: ctrl.waitingCount.value })}
        </p>
      )}
      {offline && !finished && <SaveFile ctrl={ctrl} t={t} />}
      {!ctrl.durable && ctrl.stage.value === 'exam' && !finished && (
        <p class="banner">{t('candidate.not_durable')}</p>
      )}
      {ctrl.problem.value && (
        <p class="banner bad">
          {ctrl.problem.value}{' '}
          <button type="button" class="button small" onClick={() => (ctrl.problem.value = null)}>
            {t('candidate.understood')}
          </button>
        </p>
      )}
    </div>
  );
}
