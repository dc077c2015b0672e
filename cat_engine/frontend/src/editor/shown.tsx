/** The item as a candidate sees it: drawn by the candidate's own view in a shadow tree. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import messages from '../generated/messages.candidate.json';
import { ItemBody } from '../items/item_body';
import type { Item, ItemText, Option, Response } from '../items/types';
import { makeTexts, type Texts } from '../lib/i18n';

/** Whether there is nothing to read, hear or see in a text. */
function isBlank(text: ItemText): boolean {
  if (typeof text === 'string') return text.trim() === '';
  return text.rich.every((node) => (typeof node === 'string' ? node.trim() === '' : (node.children ?? []).length === 0 && node.tag === 'p'));
}

/** Options that have no words and no picture yet, named by their letter so that nothing is nameless. */
export function named(item: Item, t: Texts): Item {
  const fill = (options: Option[]) =>
    options.map((one) => (isBlank(one.text) && !one.image && !one.area ? { ...one, text: t('candidate.unwritten', { letter: one.letter }) } : one));
  const asked = <T extends { options: Option[]; targets?: Option[] }>(ask: T): T => ({
    ...ask,
    options: fill(ask.options),
    ...(ask.targets ? { targets: fill(ask.targets) } : {}),
  });
  return { ...asked(item), ...(item.interactions ? { interactions: item.interactions.map(asked) } : {}) };
}

export function ShownItem({ item, t }: { item: Item; t: Texts }) {
  const [response, setResponse] = useState<Response>(null);
  return (
    <div class="item card">
      <h1>{t('candidate.item', { number: item.item_no })}</h1>
      <ItemBody item={named(item, t)} response={response} onRespond={setResponse} t={t} />
      {response !== null && (
        <div class="item-foot">
          <button type="button" class="button small" onClick={() => setResponse(null)}>{t('candidate.clear')}</button>
        </div>
      )}
    </div>
  );
}

/** A drawing of an item that follows what is written; a response that no longer fits begins anew. */
export function Preview({ item, styles, language }: { item: Item; styles: string; language: string }) {
  const place = useRef<HTMLDivElement>(null);
  const root = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (!place.current || root.current) return;
    const tree = place.current.attachShadow({ mode: 'open' });
    for (const address of styles.split(' ').filter(Boolean)) {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = address;
      tree.append(link);
    }
    root.current = document.createElement('div');
    root.current.className = 'preview-root';
    tree.append(root.current);
  }, []);
  const asked = JSON.stringify([item.kind, item.options.length, item.targets?.length, item.interactions?.map((one) => [one.kind, one.options.length])]);
  useEffect(() => {
    if (root.current) render(<ShownItem key={asked} item={item} t={makeTexts(messages, language)} />, root.current);
  }, [item, asked]);
  return <div ref={place} class="preview" />;
}
