/** Starts the replay's page. */
import '../lib/theme.css';
import '../proctor/proctor.css';
import './replay.css';
import { render } from 'preact';
import messages from '../generated/messages.proctor.json';
import { makeTexts } from '../lib/i18n';
import { fromServer, makeCtrl } from './ctrl';
import { Replay } from './view';

const root = document.getElementById('app');
if (root) {
  const examSession = root.dataset['examSession'] ?? '';
  const ctrl = makeCtrl(fromServer(examSession), examSession);
  root.textContent = '';
  render(<Replay ctrl={ctrl} t={makeTexts(messages, document.documentElement.lang)} />, root);
  void ctrl.start();
}
