/** What an author chooses from: every kind of item, and true/false and menus in a text besides. */
import type { Texts } from '../lib/i18n';
import { blankDocument, type Document } from './document';
import { withInteraction } from './lens';

export const PRESETS = [
  'choice', 'true_false', 'choices', 'number', 'text', 'order', 'match', 'associate', 'gap_match', 'inline', 'hot_text',
  'hotspot', 'points', 'slider', 'essay', 'composite',
] as const;
export type Preset = (typeof PRESETS)[number];

/** The kind of an address, or the first. */
export function presetOf(name: string): Preset {
  return PRESETS.find((one) => one === name) ?? (name === 'inline_choice' ? 'inline' : 'choice');
}

/** What an item of this choice begins with. */
export function begun(preset: Preset, t: Texts): Document {
  if (preset === 'true_false') {
    const options = [t('editor.true'), t('editor.false')].map((text, index) => ({ id: 'ab'[index]!, text, image: null }));
    return { ...blankDocument('choice'), options, shuffle: false };
  }
  if (preset === 'inline') {
    const blank = blankDocument('composite');
    const { document, name } = withInteraction(blank, 'inline_choice', true);
    return { ...document, stem: `<p>${t('editor.inline_example')} <place name="${name}"/></p>` };
  }
  return blankDocument(preset);
}

/** The choice that fits a document: for the list above the fields. */
export function presetFor(document: Document): Preset {
  if (document.kind === 'composite') {
    const listed = document.interactions ?? [];
    return listed.length > 0 && listed.every((one) => one.kind === 'inline_choice') ? 'inline' : 'composite';
  }
  return presetOf(document.kind);
}
