/** Starts the candidate's page. */
import '../lib/theme.css';
import './candidate.css';
import { render } from 'preact';
import messages from '../generated/messages.candidate.json';
import { makeTexts } from '../lib/i18n';
import { openOutbox } from '../lib/outbox';
import type { CandidateMessages } from '../lib/messages';
import { browserProof } from '../lib/seb';
import { connectLine } from '../lib/socket';
import { makeCtrl } from './ctrl';
import { makePrefs } from './prefs';
import { App } from './view/app';
import { listen, makeWatch } from './watch';

async function start(root: HTMLElement): Promise<void> {
  const { participant = '', examSession = '' } = root.dataset;
  const language = document.documentElement.lang;
  const outbox = await openOutbox(`${examSession}/${participant}`);
  const proof = await browserProof(root.dataset);
  const ctrl = makeCtrl(connectLine<CandidateMessages>('/candidate', proof), outbox, { station: stationName() });
  const prefs = makePrefs();
  const stop = ctrl.view.subscribe((view) => {
    if (view === null) return;
    prefs.begin(view);
    queueMicrotask(() => stop());
  });
  root.textContent = '';
  render(<App ctrl={ctrl} t={makeTexts(messages, language)} prefs={prefs} />, root);
  ctrl.keepBeating();
  if (root.dataset['pageEvents'] === 'on') {
    listen(makeWatch(ctrl.notice), () => ctrl.stage.value === 'exam' && ctrl.view.value?.status === 'working');
  }
}

/** A name for this workstation that stays on it; the server records it, nothing depends on it. */
function stationName(): string {
  try {
    const kept = localStorage.getItem('station');
    if (kept) return kept.slice(0, 60);
    const made = `pc-${Math.floor(Math.random() * 36 ** 6).toString(36)}`;
    localStorage.setItem('station', made);
    return made;
  } catch {
    return 'pc';
  }
}

const root = document.getElementById('app');
if (root) void start(root);
