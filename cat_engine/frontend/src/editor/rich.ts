/**
 * Rich text in the editor: reading and writing the small part of HTML that items are stored in
 * (question_bank/rich_text.py), and the plain notation where it says the same. Pure.
 */
import type { RichNode } from '../items/types';

export type Notation = 'plain' | 'rich';
export interface Element {
  tag: string;
  attributes?: Record<string, string>;
  children?: RichNode[];
}

export class BadRich extends Error {}

const BLOCKS = new Set([
  'p', 'div', 'ul', 'ol', 'li', 'table', 'caption', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'blockquote', 'pre',
  'h2', 'h3', 'h4', 'h5', 'h6', 'dl', 'dt', 'dd', 'hr',
]);
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const TOKEN = /<!--[\s\S]*?-->|<\/([A-Za-z][\w.-]*)\s*>|<([A-Za-z][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+|</g;

export const isBlock = (node: RichNode): boolean => typeof node !== 'string' && BLOCKS.has(node.tag);

export function element(tag: string, attributes: Record<string, string> = {}, children: RichNode[] = []): Element {
  return {
    tag,
    ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}

/** The nodes of a fragment; throws BadRich where it is not well-formed. */
export function readRich(text: string): RichNode[] {
  const root: RichNode[] = [];
  const open: { tag: string; children: RichNode[] }[] = [{ tag: '', children: root }];
  for (const [whole, closing, opening, attributes = '', slash] of text.matchAll(TOKEN)) {
    const inside = open[open.length - 1]!;
    if (closing !== undefined) {
      if (open.length === 1 || inside.tag !== closing) throw new BadRich(closing);
      open.pop();
    } else if (opening !== undefined) {
      const made = { ...element(opening, attributesOf(attributes)), children: [] as RichNode[] };
      inside.children.push(made);
      if (slash !== '/') open.push(made);
    } else if (whole === '<') throw new BadRich('<');
    else if (!whole.startsWith('<!--')) inside.children.push(decoded(whole));
  }
  if (open.length > 1) throw new BadRich(open[open.length - 1]!.tag);
  return root.map(trimmed);
}

/** The one text of these nodes, as the server writes it. */
export function writeRich(nodes: readonly RichNode[]): string {
  return nodes.map(written).join('');
}

/** The paragraphs of a plain text with its bold and italic words; a line end is a <br/>. */
export function readPlain(text: string): RichNode[] {
  const paragraphs = text.trim().split(/\n[ \t]*\n\s*/).filter(Boolean);
  return paragraphs.map((one) => element('p', {}, starred(one)));
}

/** Plain words inside a line: an option. */
export const readPlainLine = (text: string): RichNode[] => starred(text);

export function nodesOf(text: string, notation: Notation, isLine: boolean): RichNode[] {
  if (notation === 'rich') return readRich(text);
  return isLine ? readPlainLine(text) : readPlain(text);
}

/** The plain text that says the same as these nodes, or null when there is none. */
export function plainOf(nodes: readonly RichNode[], isLine: boolean): string | null {
  const text = isLine ? lineOf(nodes) : paragraphsOf(nodes);
  if (text === null) return null;
  const again = isLine ? readPlainLine(text) : readPlain(text);
  return writeRich(joined(again)) === writeRich(joined(nodes)) ? text : null;
}

/** A text in rich notation, whatever it was in. */
export function richOf(text: string, notation: Notation, isLine: boolean): string {
  return notation === 'rich' ? text : writeRich(nodesOf(text, 'plain', isLine));
}

/** The words of nodes, for names and labels. */
export function wordsOf(nodes: readonly RichNode[]): string {
  const words = nodes.map((node): string => {
    if (typeof node === 'string') return node;
    if (node.tag === 'img') return node.attributes?.['alt'] ?? '';
    if (node.tag === 'math' && node.attributes?.['alttext']) return node.attributes['alttext'];
    if (node.tag === 'annotation') return '';
    const inside = wordsOf(node.children ?? []);
    return isBlock(node) || node.tag === 'br' ? ` ${inside} ` : inside;
  });
  return words.join('').replace(/\s+/g, ' ').trim();
}

/** The words of a stored text; of one that cannot be read, the text itself. */
export function wordsIn(text: string, notation: Notation): string {
  if (notation === 'plain') return text.replace(/\*+([^*]+)\*+/g, '$1').trim();
  try {
    return wordsOf(readRich(text));
  } catch {
    return text;
  }
}

/** Every element of a tag, in the order of the text. */
export function elementsOf(nodes: readonly RichNode[], tag: string): Element[] {
  return nodes.flatMap((node) =>
    typeof node === 'string' ? [] : [...(node.tag === tag ? [node] : []), ...elementsOf(node.children ?? [], tag)],
  );
}

/** The names of the gaps, places or hot words of a stored text, in order. */
export function namesIn(text: string, notation: Notation, tag: string): string[] {
  if (notation === 'plain') return [];
  try {
    return elementsOf(readRich(text), tag).map((one) => one.attributes?.['name'] ?? '');
  } catch {
    return [];
  }
}

/** Neighbouring texts as one, and nothing empty: what two ways of typing the same share. */
export function joined(nodes: readonly RichNode[]): RichNode[] {
  const found: RichNode[] = [];
  for (const node of nodes) {
    if (typeof node === 'string') {
      const last = found[found.length - 1];
      if (typeof last === 'string') found[found.length - 1] = last + node;
      else if (node !== '') found.push(node);
    } else found.push({ ...node, ...(node.children ? { children: joined(node.children) } : {}) });
  }
  return found;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return Object.fromEntries(pairs.map(([, name = '', double, single]) => [name, decoded(double ?? single ?? '')]));
}

function decoded(text: string): string {
  return text.replace(/&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(\w+));|&/g, (whole, hex?: string, number?: string, name?: string) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (number) return String.fromCodePoint(parseInt(number, 10));
    const known = name === undefined ? undefined : ENTITIES[name];
    if (known === undefined) throw new BadRich(whole);
    return known;
  });
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function quoted(text: string): string {
  return `"${escaped(text).replace(/"/g, '&quot;').replace(/\n/g, '&#10;')}"`;
}

function written(node: RichNode): string {
  if (typeof node === 'string') return escaped(node);
  const attributes = Object.entries(node.attributes ?? {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ` ${name}=${quoted(value)}`)
    .join('');
  const children = node.children ?? [];
  if (children.length === 0) return `<${node.tag}${attributes}/>`;
  return `<${node.tag}${attributes}>${writeRich(children)}</${node.tag}>`;
}

/** Without the empty list of children that reading leaves. */
function trimmed(node: RichNode): RichNode {
  if (typeof node === 'string') return node;
  return element(node.tag, node.attributes ?? {}, (node.children ?? []).map(trimmed));
}

function starred(text: string): RichNode[] {
  return text
    .split(/(\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/g)
    .flatMap((piece): RichNode[] => {
      if (/^\*\*[^*]+\*\*$/.test(piece)) return [element('strong', {}, broken(piece.slice(2, -2)))];
      if (/^\*[^*]+\*$/.test(piece)) return [element('em', {}, broken(piece.slice(1, -1)))];
      return broken(piece);
    });
}

/** Lines with breaks between them. */
function broken(text: string): RichNode[] {
  return text.split('\n').flatMap((line, index): RichNode[] => [...(index > 0 ? [element('br')] : []), ...(line ? [line] : [])]);
}

function paragraphsOf(nodes: readonly RichNode[]): string | null {
  const found: string[] = [];
  for (const node of nodes) {
    if (typeof node === 'string' || node.tag !== 'p' || node.attributes) return null;
    const line = lineOf(node.children ?? []);
    if (line === null) return null;
    found.push(line);
  }
  return found.join('\n\n');
}

function lineOf(nodes: readonly RichNode[]): string | null {
  const pieces = nodes.map((node): string | null => {
    if (typeof node === 'string') return node;
    if (node.attributes) return null;
    if (node.tag === 'br') return '\n';
    const mark = node.tag === 'strong' ? '**' : node.tag === 'em' ? '*' : null;
    const inside = lineOf(node.children ?? []);
    return mark === null || inside === null || inside.includes('*') ? null : mark + inside + mark;
  });
  return pieces.includes(null) ? null : pieces.join('');
}
