/** One item with its controls; the same for practice, exam and preview. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { Texts } from '../lib/i18n';
import { Controls } from './controls';
import { placesIn } from './in_text';
import { Figure, Listening } from './media';
import { asksOf, givenTo, withGiven } from './responses';
import { Prose, type Places } from './text';
import type { Ask, Item, Response, Single } from './types';

export interface ItemProps {
  item: Item;
  response: Response;
  onRespond: (response: Response) => void;
  t: Texts;
}

/** What every control of one thing asked is given. */
export interface AskProps {
  ask: Ask;
  /** Tells apart the controls of different items and of one item. */
  id: string;
  given: Single | null;
  give: (given: Single | null) => void;
  t: Texts;
}

const DRAWN_WITH_ITS_PICTURE = new Set(['hotspot', 'points']);

export function ItemBody(props: ItemProps) {
  const { item, t } = props;
  const asks = asksOf(item);
  const [first] = asks;
  // Two fields left at one moment both speak before the next drawing: the second builds on the first.
  const latest = useRef(props.response);
  latest.current = props.response;
  const askProps = (ask: Ask): AskProps => ({
    ask,
    id: `item-${item.item_no}-${ask.name}`,
    given: givenTo(item, props.response, ask.name),
    give: (given) => {
      latest.current = withGiven(item, latest.current, ask.name, given);
      props.onRespond(latest.current);
    },
    t,
  });
  const isComposite = item.kind === 'composite';
  const places: Places = isComposite
    ? (tag, name) => {
        const ask = asks.find((one) => one.name === name);
        if (tag !== 'place' || !ask) return null;
        return <AskBody {...askProps(ask)} />;
      }
    : first
      ? placesIn(askProps(first))
      : () => null;
  return (
    <div class="item-body">
      {item.stimulus && (
        <div class="stimulus" tabIndex={0} role="region" aria-label={t('candidate.stimulus')}>
          <Prose text={item.stimulus.text} />
          {item.stimulus.image && <Figure picture={item.stimulus.image} t={t} />}
          {item.stimulus.audio && <Listening recording={item.stimulus.audio} t={t} />}
        </div>
      )}
      {item.audio && <Listening recording={item.audio} t={t} />}
      <Prose text={item.stem} class="stem" places={places} />
      {item.image && !DRAWN_WITH_ITS_PICTURE.has(item.kind) && !hasAreas(first) && <Figure picture={item.image} t={t} />}
      {isComposite
        ? asks.filter((ask) => !isPlaced(item, ask.name)).map((ask) => <AskBody key={ask.name} {...askProps(ask)} />)
        : first && <Controls {...askProps(first)} />}
    </div>
  );
}

/** One thing asked inside an item that asks several. */
function AskBody(props: AskProps): ComponentChildren {
  const { ask, t } = props;
  const isInLine = ask.kind === 'inline_choice' || ((ask.kind === 'text' || ask.kind === 'number') && !ask.prompt);
  if (isInLine) return <Controls {...props} />;
  return (
    <div class="ask">
      {ask.prompt && <Prose text={ask.prompt} class="prompt" places={placesIn(props)} />}
      {ask.image && !DRAWN_WITH_ITS_PICTURE.has(ask.kind) && !hasAreas(ask) && <Figure picture={ask.image} t={t} />}
      <Controls {...props} />
    </div>
  );
}

function hasAreas(ask: Ask | undefined): boolean {
  return ask?.options.some((option) => option.area) ?? false;
}

function isPlaced(item: Item, name: string): boolean {
  const look = (nodes: readonly unknown[]): boolean =>
    nodes.some((node) => {
      if (typeof node !== 'object' || node === null) return false;
      const one = node as { tag: string; attributes?: Record<string, string>; children?: unknown[] };
      return (one.tag === 'place' && one.attributes?.['name'] === name) || look(one.children ?? []);
    });
  return typeof item.stem !== 'string' && look(item.stem.rich);
}
