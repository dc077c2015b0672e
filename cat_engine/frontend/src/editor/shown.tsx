/** The item as a candidate sees it: drawn by the candidate's own view in a shadow tree. */
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import messages from '../generated/messages.candidate.json';
import { ItemBody } from '../items/item_body';
import type { Item, Response } from '../items/types';
import { makeTexts, type Texts } from '../lib/i18n';

export function ShownItem({ item, t }: { item: Item; t: Texts }) {
  const [response, setResponse] = useState<Response>(null);
  return (
    <div class="item card">
      <h1>{t('candidate.item', { number: item.item_no })}</h1>
      <ItemBody item={item} response={response} onRespond={setResponse} t={t} />
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
