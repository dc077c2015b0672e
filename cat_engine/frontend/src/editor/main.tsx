/** Starts the page on which items are written. */
import { render } from 'preact';
import messages from '../generated/messages.editor.json';
import { makeTexts } from '../lib/i18n';
import { Ctrl, type Begin } from './ctrl';
import { Drafts } from './drafts';
import './editor.css';
import { EditorPage } from './page';
import { begun, presetOf } from './presets';

/** The name of the draft: an item's own, or one that the address keeps. */
function draftIdOf(begin: Begin): string {
  if (begin.document) return `${begin.bank}/${begin.item}`;
  const kept = location.hash.slice(1);
  if (/^new-[0-9a-f-]{36}$/.test(kept)) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
  const made = `new-${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
  history.replaceState(null, '', `#${made}`);
  return made;
}

const place = document.getElementById('editor');
if (place) {
  const { begin: text = '{}', language = 'id', styles = '' } = place.dataset;
  const begin = JSON.parse(text) as Begin;
  const t = makeTexts(messages, language);
  const ctrl = new Ctrl(begin, t, {
    drafts: new Drafts(begin.user, localStorage),
    draftId: draftIdOf(begin),
    blank: () => begun(presetOf(begin.kind), t),
    go: (address) => location.assign(address),
    now: () => Date.now(),
  });
  render(<EditorPage ctrl={ctrl} styles={styles} language={language} />, place);
}
