/** Rich text as elements that can be edited, and back; and what the toolbar does to them. */
import type { RichNode } from '../items/types';
import { element, isBlock, joined, readRich, writeRich } from './rich';

const RENAMED: Record<string, string> = { b: 'strong', i: 'em', strike: 's' };
const CHIPS = new Set(['gap', 'place', 'audio', 'math']);
const KEPT: Record<string, string[]> = {
  '*': ['lang', 'dir'],
  th: ['colspan', 'rowspan', 'scope'],
  td: ['colspan', 'rowspan'],
  ol: ['start', 'type'],
  abbr: ['title'],
};
const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

export function toDom(nodes: readonly RichNode[]): Node[] {
  return nodes.map(madeOf);
}

function madeOf(node: RichNode): Node {
  if (typeof node === 'string') return document.createTextNode(node);
  const attributes = node.attributes ?? {};
  if (CHIPS.has(node.tag)) return chipOf(node);
  if (node.tag === 'hot') {
    const made = document.createElement('span');
    made.dataset['tag'] = 'hot';
    made.dataset['name'] = attributes['name'] ?? '';
    made.append(...toDom(node.children ?? []));
    return made;
  }
  const made = document.createElement(node.tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (node.tag === 'img' && name === 'src') {
      made.dataset['src'] = value;
      made.setAttribute('src', `/media/${value}`);
    } else made.setAttribute(name, value);
  }
  made.append(...toDom(node.children ?? []));
  // Without a line in it, a browser lets nobody into an empty cell.
  if (/^(td|th|li|p)$/.test(node.tag) && made.childNodes.length === 0) made.append(document.createElement('br'));
  return made;
}

/** What is edited as a whole: it keeps its own text. */
function chipOf(node: Exclude<RichNode, string>): HTMLElement {
  const chip = document.createElement('span');
  chip.contentEditable = 'false';
  chip.className = `chip chip-${node.tag}`;
  chip.dataset['xml'] = writeRich([node]);
  chip.dataset['tag'] = node.tag;
  chip.dataset['name'] = node.attributes?.['name'] ?? '';
  if (node.tag === 'math') chip.append(mathOf(node));
  else chip.textContent = node.attributes?.['label'] ?? node.attributes?.['name'] ?? '';
  return chip;
}

function mathOf(node: RichNode): Node {
  if (typeof node === 'string') return document.createTextNode(node);
  const made = document.createElementNS(NAMESPACE, node.tag);
  for (const [name, value] of Object.entries(node.attributes ?? {})) made.setAttribute(name, value);
  made.append(...(node.children ?? []).map(mathOf));
  return made;
}

/** A question that stands between paragraphs stays there. */
const isPlace = (node: RichNode): boolean => typeof node !== 'string' && node.tag === 'place';

/** The nodes of what was edited. In a text of paragraphs, what stands outside of one gets its own. */
export function fromDom(root: HTMLElement, isLine: boolean): RichNode[] {
  const found = joined([...root.childNodes].flatMap(nodesOfDom));
  if (isLine) return atEdges(found.flatMap((node) => (typeof node !== 'string' && /^(p|div)$/.test(node.tag) ? node.children ?? [] : [node])));
  const blocks: RichNode[] = [];
  let loose: RichNode[] = [];
  const close = () => {
    if (isSomething(loose)) blocks.push(tidied(element('p', {}, loose)));
    loose = [];
  };
  for (const node of found) {
    if (!isBlock(node) && !(isPlace(node) && !isSomething(loose))) loose.push(node);
    else {
      close();
      blocks.push(tidied(node));
    }
  }
  close();
  return blocks.filter((node) => typeof node === 'string' || node.tag !== 'p' || isSomething(node.children ?? []));
}

function nodesOfDom(node: Node): RichNode[] {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = (node.textContent ?? '').replace(/\u200b/g, '').replace(/\u00a0/g, ' ');
    return text ? [text] : [];
  }
  if (!(node instanceof HTMLElement)) return [];
  const xml = node.dataset['xml'];
  if (xml !== undefined) return readRich(xml);
  const tag = node.tagName.toLowerCase();
  const inside = [...node.childNodes].flatMap(nodesOfDom);
  if (node.dataset['tag'] === 'hot') {
    return inside.length > 0 ? [element('hot', { name: node.dataset['name'] ?? '' }, inside)] : [];
  }
  if (tag === 'img') {
    const attributes = Object.fromEntries(['alt', 'width', 'height'].flatMap((name) => (node.hasAttribute(name) ? [[name, node.getAttribute(name)!]] : [])));
    return node.dataset['src'] ? [element('img', { ...attributes, src: node.dataset['src'] })] : [];
  }
  if (tag === 'meta' || tag === 'style' || tag === 'script') return [];
  const kept = [...KEPT['*']!, ...(KEPT[tag] ?? [])].flatMap((name) => (node.hasAttribute(name) ? [[name, node.getAttribute(name)!]] : []));
  const name = RENAMED[tag] ?? tag;
  const isBare = kept.length === 0 && (name === 'span' || name === 'font');
  // A browser puts a new list into the paragraph that it was made of.
  const isShell = name === 'p' && inside.some(isBlock);
  if (isBare || isShell) return inside;
  const isEmptyMark = inside.length === 0 && /^(strong|em|u|s|sub|sup|span|code)$/.test(name);
  return isEmptyMark ? [] : [element(name, Object.fromEntries(kept), inside)];
}

function isSomething(nodes: readonly RichNode[]): boolean {
  return nodes.some((node) => (typeof node === 'string' ? node.trim() !== '' : node.tag !== 'br' && (!node.children || isSomething(node.children) || !/^(strong|em|u|s|sub|sup|span)$/.test(node.tag))));
}

function tidied(node: RichNode): RichNode {
  if (typeof node === 'string') return node;
  const children = node.children ?? [];
  const isText = /^(p|li|td|th|h[2-6]|dt|dd|caption)$/.test(node.tag);
  return element(node.tag, node.attributes ?? {}, isText ? atEdges(children.map(tidied)) : children.map(tidied));
}

/** Without white space at both ends, and without the line end that a browser keeps at the last. */
function atEdges(nodes: readonly RichNode[]): RichNode[] {
  const found = [...nodes];
  const isBreak = (node: RichNode | undefined) => typeof node === 'object' && node.tag === 'br';
  for (let last = found[found.length - 1]; isBreak(last) || (typeof last === 'string' && last.trim() === ''); last = found[found.length - 1]) found.pop();
  const [first] = found;
  if (typeof first === 'string') found[0] = first.trimStart();
  const end = found[found.length - 1];
  if (typeof end === 'string') found[found.length - 1] = end.trimEnd();
  return found.filter((node) => node !== '');
}

/** Where the next thing is put in: the selection, or the end of the text. */
export function rangeIn(root: HTMLElement, kept: Range | null): Range {
  const selection = window.getSelection();
  const now = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
  for (const range of [now, kept]) {
    if (range && root.contains(range.commonAncestorContainer)) return range;
  }
  const end = document.createRange();
  const last = root.lastElementChild;
  end.selectNodeContents(last && /^(P|LI|DIV)$/.test(last.tagName) ? last : root);
  end.collapse(false);
  return end;
}

/** Put something at the range, with the cursor behind it. */
export function insert(root: HTMLElement, range: Range, node: RichNode): void {
  const made = madeOf(node);
  range.deleteContents();
  if (isBlock(node)) {
    const around = blockAround(root, range.startContainer);
    if (around) around.after(made);
    else root.append(made);
    const after = document.createElement('p');
    after.append(document.createElement('br'));
    if (!made.nextSibling) (made as HTMLElement).after(after);
  } else {
    range.insertNode(made);
    const space = document.createTextNode(' ');
    (made as ChildNode).after(space);
    range.setStartAfter(space);
    range.collapse(true);
  }
  const selection = window.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

/** The nodes of what is selected, for copying with everything that stands in it. */
export function selectedIn(root: HTMLElement): RichNode[] {
  const selection = window.getSelection();
  if (!selection || selection.rangeCount === 0 || !root.contains(selection.anchorNode)) return [];
  const copy = document.createElement('div');
  copy.append(selection.getRangeAt(0).cloneContents());
  return [...copy.childNodes].flatMap(nodesOfDom);
}

/** Put nodes in at the range; names that the text has already are not put in twice. */
export function paste(root: HTMLElement, range: Range, nodes: readonly RichNode[], isLine: boolean): void {
  const taken = new Set([...root.querySelectorAll<HTMLElement>('[data-name]')].map((one) => `${one.dataset['tag']} ${one.dataset['name']}`));
  const fresh = (listed: readonly RichNode[]): RichNode[] =>
    listed.flatMap((node): RichNode[] => {
      if (typeof node === 'string') return [node];
      const children = fresh(node.children ?? []);
      const isTaken = taken.has(`${node.tag} ${node.attributes?.['name'] ?? ''}`);
      const isGone = (isTaken && /^(gap|place|hot)$/.test(node.tag)) || (isLine && isBlock(node));
      return isGone ? children : [element(node.tag, node.attributes ?? {}, children)];
    });
  for (const node of fresh(nodes)) {
    if (typeof node === 'string') {
      const text = document.createTextNode(node);
      range.insertNode(text);
      range.setStartAfter(text);
      range.collapse(true);
    } else insert(root, range, node);
  }
}

/** Words that can be chosen: the selected ones, or the one at the cursor; marked ones are freed. */
export function markWords(root: HTMLElement, range: Range, name: string): boolean {
  const marked = around(root, range.startContainer, (one) => one.dataset['tag'] === 'hot');
  if (marked) {
    marked.replaceWith(...marked.childNodes);
    return true;
  }
  const selection = window.getSelection();
  if (!selection) return false;
  selection.removeAllRanges();
  selection.addRange(range);
  if (selection.isCollapsed) {
    selection.modify('move', 'backward', 'word');
    selection.modify('extend', 'forward', 'word');
  }
  const words = withoutSpace(selection.getRangeAt(0).cloneRange());
  if (words.toString().trim() === '' || !root.contains(words.commonAncestorContainer)) return false;
  const made = document.createElement('span');
  made.dataset['tag'] = 'hot';
  made.dataset['name'] = name;
  made.append(words.extractContents());
  made.querySelectorAll('[data-tag="hot"]').forEach((inner) => inner.replaceWith(...inner.childNodes));
  words.insertNode(made);
  return true;
}

/** A table's row or column more or fewer, where the cursor is; false outside of tables. */
export function changeTable(root: HTMLElement, range: Range, change: 'row' | 'column' | 'no-row' | 'no-column'): boolean {
  const cell = around(root, range.startContainer, (one) => /^(TD|TH)$/.test(one.tagName)) as HTMLTableCellElement | null;
  const row = cell?.closest('tr');
  const table = cell?.closest('table');
  if (!cell || !row || !table) return false;
  const index = [...row.cells].indexOf(cell);
  if (change === 'row') {
    const made = document.createElement('tr');
    made.append(...[...row.cells].map(() => cellOf('td')));
    row.after(made);
  } else if (change === 'column') {
    for (const each of table.rows) {
      const made = cellOf(each.cells[index]?.tagName === 'TH' ? 'th' : 'td');
      const before = each.cells[index];
      if (before) before.after(made);
      else each.append(made);
    }
  } else if (change === 'no-row') row.remove();
  else for (const each of [...table.rows]) each.cells[index]?.remove();
  if (![...table.rows].some((each) => each.cells.length > 0)) table.remove();
  return true;
}

export function blankTable(): RichNode {
  const row = (tag: string) => element('tr', {}, [element(tag), element(tag)]);
  return element('table', {}, [row('th'), row('td'), row('td')]);
}

/** Whether the cursor is in a table, for the buttons that need one. */
export function isInTable(root: HTMLElement, range: Range | null): boolean {
  return range !== null && around(root, range.startContainer, (one) => one.tagName === 'TABLE') !== null;
}

function cellOf(tag: string): HTMLElement {
  const made = document.createElement(tag);
  made.append(document.createElement('br'));
  return made;
}

function around(root: HTMLElement, node: Node, isWanted: (one: HTMLElement) => boolean): HTMLElement | null {
  for (let one: Node | null = node; one && one !== root; one = one.parentNode) {
    if (one instanceof HTMLElement && isWanted(one)) return one;
  }
  return null;
}

function blockAround(root: HTMLElement, node: Node): HTMLElement | null {
  let found: HTMLElement | null = null;
  for (let one: Node | null = node; one && one !== root; one = one.parentNode) if (one instanceof HTMLElement) found = one;
  return found;
}

/** A range of words without the white space around them. */
function withoutSpace(range: Range): Range {
  const text = range.toString();
  const before = text.length - text.trimStart().length;
  const after = text.length - text.trimEnd().length;
  if (range.startContainer.nodeType === Node.TEXT_NODE && before > 0) {
    range.setStart(range.startContainer, Math.min(range.startOffset + before, range.startContainer.textContent?.length ?? 0));
  }
  if (range.endContainer.nodeType === Node.TEXT_NODE && after > 0) {
    range.setEnd(range.endContainer, Math.max(range.endOffset - after, 0));
  }
  return range;
}
