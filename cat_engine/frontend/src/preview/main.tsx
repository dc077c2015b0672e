/**
 * Draws items on pages for authors and reviewers exactly as the candidate's page does: with its view and
 * its style sheets, in a shadow tree, so that neither page's styles touch the other's. The page names the
 * style sheets; to import them here would move them to a shared file and change their order over there.
 */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import messages from '../generated/messages.candidate.json';
import { ItemBody } from '../items/item_body';
import type { Item, Response } from '../items/types';
import { makeTexts, type Texts } from '../lib/i18n';

function Shown({ item, t }: { item: Item; t: Texts }) {
  const [response, setResponse] = useState<Response>(null);
  return (
    <main class="item card">
      <h1>{t('candidate.item', { number: item.item_no })}</h1>
      <ItemBody item={item} response={response} onRespond={setResponse} t={t} />
      {response !== null && (
        <div class="item-foot">
          <button type="button" class="button small" onClick={() => setResponse(null)}>{t('candidate.clear')}</button>
        </div>
      )}
    </main>
  );
}

function draw(place: HTMLElement): void {
  const { item = '', language = 'id', styles = '' } = place.dataset;
  const tree = place.attachShadow({ mode: 'open' });
  for (const address of styles.split(' ').filter(Boolean)) {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    tree.append(link);
  }
  const root = document.createElement('div');
  root.className = 'preview-root';
  tree.append(root);
  render(<Shown item={JSON.parse(item) as Item} t={makeTexts(messages, language)} />, root);
}

document.querySelectorAll<HTMLElement>('[data-item]').forEach(draw);
