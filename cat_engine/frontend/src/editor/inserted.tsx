/** What stands in a text besides words: each with its words for whoever cannot see or hear it. */
import { useState } from 'preact/hooks';
import type { RichNode } from '../items/types';
import { Button, useCtrl } from './fields';
import { elementsOf, wordsOf, type Element } from './rich';
import { Formula } from './toolbar';

const TAGS = ['img', 'audio', 'math'] as const;
const WORDS = { img: 'alt', audio: 'label' } as const;

export function Inserted({ nodes, place, put }: { nodes: readonly RichNode[]; place: string; put: (nodes: readonly RichNode[]) => void }) {
  const { t, isStrict } = useCtrl();
  const found = TAGS.flatMap((tag) => elementsOf(nodes, tag));
  if (found.length === 0) return null;
  return (
    <ul class="inserted" aria-label={t('editor.in_text')}>
      {found.map((one, index) => {
        if (one.tag === 'math') return <FormulaRow key={`math ${index}`} one={one} put={(made) => put(replaced(nodes, one, made))} />;
        const name = WORDS[one.tag as 'img' | 'audio'];
        const words = one.attributes?.[name] ?? '';
        const id = `in-${place.replace(/\W/g, '_')}-${index}`;
        const isWrong = words.trim() === '';
        return (
          <li key={`${one.tag} ${index}`}>
            {one.tag === 'img' && <img src={`/media/${one.attributes?.['src'] ?? ''}`} alt="" />}
            <span class="field">
              <label for={id}>{t(one.tag === 'img' ? 'editor.alt' : 'editor.audio_label')}</label>
              <input id={id} type="text" value={words} maxLength={2000} aria-invalid={isStrict.value && isWrong}
                onInput={(event) => put(replaced(nodes, one, { ...one, attributes: { ...one.attributes, [name]: event.currentTarget.value } }))} />
              {isWrong && <span class="field-fault">{t(one.tag === 'img' ? 'editor.fault.no_alt' : 'editor.fault.no_label')}</span>}
            </span>
            {one.tag === 'img' && (
              <span class="field number-field">
                <label for={`${id}-width`}>{t('editor.shown_width')}</label>
                <input id={`${id}-width`} type="text" inputMode="numeric" value={one.attributes?.['width'] ?? ''} maxLength={4}
                  onInput={(event) => put(replaced(nodes, one, { ...one, attributes: withWidth(one.attributes ?? {}, event.currentTarget.value) }))} />
              </span>
            )}
            <Button label={t('editor.remove_what', { what: words || t('editor.picture') })} act={() => put(replaced(nodes, one, null))}>✕</Button>
          </li>
        );
      })}
    </ul>
  );
}

/** A formula by its LaTeX, where that is kept in it. */
function FormulaRow({ one, put }: { one: Element; put: (made: RichNode | null) => void }) {
  const { t } = useCtrl();
  const [isOpen, setOpen] = useState(false);
  const source = wordsOf(elementsOf([one], 'annotation').flatMap((found) => found.children ?? []));
  const what = source || wordsOf([one]);
  return (
    <li>
      <code>{what}</code>
      {source && !isOpen && <Button label={t('editor.change_formula', { what })} act={() => setOpen(true)}>✎</Button>}
      <Button label={t('editor.remove_what', { what })} act={() => put(null)}>✕</Button>
      {isOpen && <Formula source={source} done={(made) => { setOpen(false); if (made) put(made); }} />}
    </li>
  );
}

function withWidth(attributes: Record<string, string>, typed: string): Record<string, string> {
  const { width: _old, height: _other, ...others } = attributes;
  const digits = typed.replace(/\D/g, '');
  return digits === '' ? others : { ...others, width: digits };
}

function replaced(nodes: readonly RichNode[], old: Element, made: RichNode | null): RichNode[] {
  return nodes.flatMap((node): RichNode[] => {
    if (typeof node === 'string') return [node];
    if (node === old) return made ? [made] : [];
    return [{ ...node, ...(node.children ? { children: replaced(node.children, old, made) } : {}) }];
  });
}
