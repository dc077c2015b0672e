/** Starts the proctor's page. */
import '../lib/theme.css';
import './proctor.css';
import { render } from 'preact';
import messages from '../generated/messages.proctor.json';
import { makeTexts } from '../lib/i18n';
import type { ProctorMessages } from '../lib/messages';
import { connectLine } from '../lib/socket';
import { makeCtrl } from './ctrl';
import { Console } from './view/console';

const root = document.getElementById('app');
if (root) {
  const t = makeTexts(messages, document.documentElement.lang);
  const ctrl = makeCtrl(connectLine<ProctorMessages>('/proctor'), root.dataset['examSession'] ?? '');
  root.textContent = '';
  render(<Console ctrl={ctrl} t={t} />, root);
  ctrl.start();
}
