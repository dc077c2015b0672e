/**
 * Texts of items. Plain notation knows paragraphs, **bold** and *italic*; rich text comes as nodes
 * that the server has checked, and is drawn element by element: no text is ever read as HTML.
 */
import { Fragment, h, type ComponentChildren } from 'preact';
import type { ItemText, RichNode } from './types';

/** What stands at a place of a text: an interaction, a gap, or words that can be chosen. */
export type Places = (tag: string, name: string, children: ComponentChildren) => ComponentChildren;

const NO_PLACES: Places = (_tag, _name, children) => children;

export function Prose(props: { text: ItemText; class?: string; places?: Places }) {
  const { text, places = NO_PLACES } = props;
  const name = props.class ?? 'prose';
  if (typeof text !== 'string') return <div class={`${name} rich`}>{drawAll(text.rich, places)}</div>;
  if (text.trim() === '') return null;
  return (
    <div class={name}>
      {text.trim().split(/\n\s*\n/).map((paragraph, index) => <p key={index}>{starred(paragraph)}</p>)}
    </div>
  );
}

/** A text inside a line: an option, a label. */
export function Inline({ text }: { text: ItemText }) {
  return <span class="rich">{typeof text === 'string' ? starred(text) : drawAll(text.rich, NO_PLACES)}</span>;
}

function starred(text: string): ComponentChildren[] {
  return text.split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/g).map((piece, index) => {
    if (/^\*\*[^*]+\*\*$/.test(piece)) return <strong key={index}>{piece.slice(2, -2)}</strong>;
    if (/^\*[^*]+\*$/.test(piece)) return <em key={index}>{piece.slice(1, -1)}</em>;
    return piece;
  });
}

function drawAll(nodes: readonly RichNode[], places: Places): ComponentChildren[] {
  return nodes.map((node, index) => <Fragment key={index}>{draw(node, places)}</Fragment>);
}

function draw(node: RichNode, places: Places): ComponentChildren {
  if (typeof node === 'string') return node;
  const attributes = node.attributes ?? {};
  const children = drawAll(node.children ?? [], places);
  switch (node.tag) {
    case 'place':
    case 'gap':
    case 'hot':
      return places(node.tag, attributes['name'] ?? '', children);
    case 'audio':
      return <audio controls preload="metadata" src={attributes['src'] ?? ''} aria-label={attributes['label'] ?? ''} />;
    case 'math':
      return h('math', { ...attributes, 'aria-label': attributes['alttext'] }, ...children);
    case 'table':
      return <div class="table-scroll" tabIndex={0} role="region">{h('table', attributes, children)}</div>;
    default:
      return h(node.tag, attributes, ...children);
  }
}
