/** Starts the public board. */
import '../lib/theme.css';
import './board.css';
import './screen.css';
import { render } from 'preact';
import messages from '../generated/messages.board.json';
import { makeTexts } from '../lib/i18n';
import { makeCtrl } from './ctrl';
import { openStream } from './stream';
import { BoardPage } from './view/page';
import { Screen } from './view/screen';

const root = document.getElementById('app');
if (root) {
  const language = document.documentElement.lang === 'en' ? 'en' : 'id';
  const t = makeTexts(messages, language);
  const board = root.dataset['board'] ?? '';
  const ctrl = makeCtrl(openStream(board), board);
  const isScreen = root.dataset['screen'] === '1';
  root.textContent = '';
  document.documentElement.classList.toggle('screen', isScreen);
  const props = { ctrl, t, language } as const;
  render(isScreen ? <Screen {...props} /> : <BoardPage {...props} />, root);
  ctrl.start();
}
