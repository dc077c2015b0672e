/** Reading and changing a document by the place of a field ("interactions/0/options/1/text"). Pure. */
import type { RichNode } from '../items/types';
import {
  IN_TEXT, asksForOne, blankInteraction, blankOption, blankRule, freeName, notationOf,
  type Asked, type Document, type Interaction, type Option, type Part,
} from './document';
import { elementsOf, joined, namesIn, nodesOf, plainOf, readRich, richOf, wordsOf, writeRich, type Notation } from './rich';
import { changeWay, fitted, isHeld, keyOf, namesOf, withPart } from './rules';

/** The value at a place; undefined where there is none. */
export function valueAt(document: unknown, place: string): unknown {
  return place.split('/').reduce<unknown>((value, name) => (value === null || typeof value !== 'object' ? undefined : (value as Record<string, unknown>)[name]), document);
}

/** The document with another value at a place; undefined takes the field out. */
export function withValue<T>(document: T, place: string, value: unknown): T {
  const [name = '', ...rest] = place.split('/');
  const before = (document as Record<string, unknown>)[name];
  const inner = rest.length === 0 ? value : withValue(before ?? {}, rest.join('/'), value);
  if (Array.isArray(document)) return document.map((one, index) => (String(index) === name ? inner : one)) as T;
  const { [name]: _old, ...others } = document as Record<string, unknown>;
  return (inner === undefined ? others : { ...(document as Record<string, unknown>), [name]: inner }) as T;
}

/** One thing asked: the item itself (at ""), or an interaction (at "interactions/2"). */
export const askedAt = (document: Document, at: string): Asked => (at === '' ? document : (valueAt(document, at) as Interaction));

export const under = (at: string, name: string): string => (at === '' ? name : `${at}/${name}`);

/** Where the text of one thing asked stands. */
export const textPlace = (at: string): string => (at === '' ? 'stem' : `${at}/prompt`);

export function partAt(document: Document, at: string): Part | undefined {
  if (at === '') return document.rule.kind === 'sum' ? undefined : document.rule;
  return document.rule.kind === 'sum' ? document.rule.parts[(valueAt(document, at) as Interaction).name] : undefined;
}

export function rulePlace(document: Document, at: string): string {
  return at === '' ? 'rule' : `rule/parts/${(valueAt(document, at) as Interaction).name}`;
}

export function withRule(document: Document, at: string, part: Part): Document {
  if (at === '') return { ...document, rule: part };
  return { ...document, rule: withPart(document.rule, (valueAt(document, at) as Interaction).name, part) };
}

/** One thing asked with other fields; its rule follows where the editor holds it. */
export function withAsked(document: Document, at: string, changes: Partial<Asked>): Document {
  const before = askedAt(document, at);
  const part = partAt(document, at);
  const after = { ...before, ...changes };
  const changed = at === '' ? { ...document, ...changes } : withValue(document, at, after);
  if (!part || !isHeld(before, part)) return changed;
  return withRule(changed, at, fitted(after, part));
}

/** How many may be chosen; a key of one becomes a key of several, and the other way. */
export function withMost(document: Document, at: string, most: string): Document {
  const before = askedAt(document, at);
  const part = partAt(document, at);
  const settings = { ...before.settings, most };
  const changed = withAsked(document, at, { settings });
  if (part?.kind === 'options' && !asksForOne(askedAt(changed, at))) return withRule(changed, at, changeWay(askedAt(changed, at), part, 'mapping'));
  if (part?.kind !== 'key') return changed;
  return withRule(changed, at, { ...part, key: keyOf(askedAt(changed, at), namesOf(part.key)) });
}

/** A text as it was edited: plain where that says it all, otherwise the item's texts become rich. */
export function withText(document: Document, place: string, nodes: readonly RichNode[], isLine: boolean): Document {
  if (place === 'stimulus/text') {
    const notation = document.stimulus?.notation ?? 'plain';
    const plain = notation === 'plain' ? plainOf(nodes, isLine) : null;
    const stimulus = document.stimulus && { ...document.stimulus, text: plain ?? writeRich(nodes) };
    return { ...document, stimulus: stimulus && plain === null ? { ...stimulus, notation: 'rich' } : stimulus };
  }
  const plain = notationOf(document) === 'plain' ? plainOf(nodes, isLine) : null;
  const ready = plain === null ? allRich(document) : document;
  const changed = withValue(ready, place, plain ?? writeRich(nodes));
  const at = place === 'stem' ? '' : place.endsWith('/prompt') ? place.slice(0, -'/prompt'.length) : null;
  return at === null ? changed : withPlaces(changed, at);
}

/** All texts of the item in rich notation; they look as before. */
export function allRich(document: Document): Document {
  if (notationOf(document) === 'rich') return document;
  const text = (one: string, isLine: boolean) => richOf(one, 'plain', isLine);
  const options = (listed: Option[]) => listed.map((one) => ({ ...one, text: text(one.text, true) }));
  const interactions = document.interactions?.map((one) => ({
    ...one, prompt: text(one.prompt, false), options: options(one.options), targets: options(one.targets),
  }));
  return {
    ...document,
    notation: 'rich',
    stem: text(document.stem, false),
    explanation: text(document.explanation, false),
    options: options(document.options),
    targets: options(document.targets),
    ...(interactions ? { interactions } : {}),
  };
}

/** The gaps and words of a text are the targets and options of what it asks. */
function withPlaces(document: Document, at: string): Document {
  const asked = askedAt(document, at);
  const text = String(valueAt(document, textPlace(at)) ?? '');
  // A rule that is kept as it is names them: a text that loses one is told, and nothing goes with it.
  if (!isHeld(asked, partAt(document, at))) return document;
  const onPicture = asked.targets.some((one) => one.area);
  if (asked.kind === 'gap_match' && !onPicture) {
    const known = new Map(asked.targets.map((one) => [one.id, one]));
    const names = [...new Set(namesIn(text, notationOf(document), 'gap'))];
    return withAsked(document, at, { targets: names.map((name) => known.get(name) ?? blankOption(name)) });
  }
  if (asked.kind === 'hot_text' && notationOf(document) === 'rich') {
    const known = new Map(asked.options.map((one) => [one.id, one]));
    const found = elementsOf(readRich(text), 'hot');
    const options = found.map((one) => {
      const id = one.attributes?.['name'] ?? '';
      return { ...(known.get(id) ?? blankOption(id)), text: writeRich([wordsOf(one.children ?? [])]) };
    });
    return withAsked(document, at, { options });
  }
  return document;
}

/**
 * Another kind of item: what both kinds have goes over, and nothing of the texts is lost.
 * `next` is what the kind begins with, or what was there when it was left.
 */
export function withKind(document: Document, next: Document): Document {
  const { kind } = next;
  if (kind === 'composite' && document.interactions?.length) return document;
  const hasOptions = document.options.some((option) => option.text || option.image);
  const keepsOptions = hasOptions && next.options.length > 0 && kind !== 'hotspot' && kind !== 'hot_text';
  const base = IN_TEXT.has(kind) ? allRich(document) : document;
  const { interactions: _gone, ...others } = base;
  const changed: Document = {
    ...others,
    kind,
    options: keepsOptions ? base.options : next.options,
    targets: next.targets,
    settings: next.settings ?? {},
    rule: keepsOptions && kind !== 'composite' ? blankRule(kind, { ...next, options: base.options }) : next.rule,
    ...(next.interactions ? withQuestions(base.stem, next) : { stem: withoutPlaces(base.stem, notationOf(base)) || next.stem }),
  };
  return withPlaces(changed, '');
}

/** The questions of a composite, each with its place behind the text that was there. */
function withQuestions(stem: string, next: Document): Pick<Document, 'interactions' | 'stem'> {
  const interactions = next.interactions ?? [];
  if (stem === '') return { interactions, stem: next.stem };
  const places = namesIn(next.stem, 'rich', 'place').map((name) => `<place name="${name}"/>`);
  return { interactions, stem: `${withoutPlaces(stem, 'rich')}${places.join('')}` };
}

/** A text of another kind: gaps, marks and questions mean nothing in it. */
function withoutPlaces(text: string, notation: Notation): string {
  if (notation === 'plain') return text;
  const strip = (nodes: readonly RichNode[]): RichNode[] =>
    nodes.flatMap((node): RichNode[] => {
      if (typeof node === 'string') return [node];
      if (node.tag === 'gap' || node.tag === 'place') return [];
      const children = strip(node.children ?? []);
      return node.tag === 'hot' ? children : [{ ...node, ...(node.children ? { children } : {}) }];
    });
  const nodes = readable(text, notation, false);
  return nodes ? writeRich(joined(strip(nodes))) : text;
}

/** One thing more to ask; where places stand in the text its own is put at the end. */
export function withInteraction(document: Document, kind: Interaction['kind'], isPlaced: boolean): { document: Document; name: string } {
  const listed = document.interactions ?? [];
  const name = freeName(listed.map((one) => one.name), 'p');
  const made = blankInteraction(kind, name);
  const changed: Document = { ...document, interactions: [...listed, made], rule: withPart(document.rule, name, blankRule(kind, made)) };
  if (isPlaced) return { document: changed, name };
  return { document: { ...changed, stem: `${changed.stem}<place name="${name}"/>` }, name };
}

/** One thing asked less, with its place in the text. */
export function withoutInteraction(document: Document, index: number): Document {
  const gone = document.interactions?.[index];
  if (!gone) return document;
  return {
    ...document,
    interactions: (document.interactions ?? []).filter((_, at) => at !== index),
    rule: withPart(document.rule, gone.name, null),
    stem: notationOf(document) === 'rich' ? without(document.stem, 'place', gone.name) : document.stem,
  };
}

/** A stored text without one gap or place. */
export function without(text: string, tag: string, name: string): string {
  const strip = (nodes: RichNode[]): RichNode[] =>
    nodes.flatMap((node): RichNode[] => {
      if (typeof node === 'string') return [node];
      if (node.tag === tag && node.attributes?.['name'] === name) return [];
      return [{ ...node, ...(node.children ? { children: strip(node.children) } : {}) }];
    });
  try {
    return writeRich(strip(readRich(text)));
  } catch {
    return text;
  }
}

/** A list with one of its members elsewhere. */
export function moved<T>(listed: readonly T[], index: number, by: number): T[] {
  const next = [...listed];
  const [one] = next.splice(index, 1);
  if (one !== undefined) next.splice(index + by, 0, one);
  return next;
}

export function readable(text: string, notation: Notation, isLine: boolean): RichNode[] | null {
  try {
    return nodesOf(text, notation, isLine);
  } catch {
    return null;
  }
}
