/** Reading and building responses; pure, so that it can be tested. */
import type { Ask, Item, ItemText, Option, Response, RichNode, Single } from './types';

/** The name of the one thing that an item asks which is not composite. */
export const ONLY = 'RESPONSE';

/** What an item asks, in order, however it is written. */
export function asksOf(item: Item): Ask[] {
  if (item.kind === 'composite') return item.interactions ?? [];
  return [
    {
      name: ONLY,
      kind: item.kind,
      image: item.image,
      options: item.options,
      ...(item.targets ? { targets: item.targets } : {}),
      ...(item.settings ? { settings: item.settings } : {}),
    },
  ];
}

/** What was given to one of the things asked. */
export function givenTo(item: Item, response: Response, name: string): Single | null {
  if (response === null) return null;
  if ('record' in response) return response.record[name] ?? null;
  return item.kind === 'composite' ? null : response;
}

/** The response after one of the things asked was answered, changed or cleared. */
export function withGiven(item: Item, response: Response, name: string, given: Single | null): Response {
  if (item.kind !== 'composite') return given;
  const before = response !== null && 'record' in response ? response.record : {};
  const { [name]: _old, ...rest } = before;
  const record = given === null ? rest : { ...rest, [name]: given };
  const names = Object.keys(record).sort();
  if (names.length === 0) return null;
  return { record: Object.fromEntries(names.map((one) => [one, record[one]!])) };
}

/** Whether one option is asked for, not several. */
export function asksForOne(ask: Ask): boolean {
  if (ask.kind === 'hot_text' || ask.kind === 'hotspot') return ask.settings?.most === 1;
  return ask.kind === 'choice' || ask.kind === 'inline_choice';
}

export function chosenLetters(given: Response): string[] {
  if (given && 'choice' in given) return [given.choice];
  if (given && 'choices' in given) return given.choices;
  return [];
}

/** The response after an option was chosen or given up. */
export function chooseOption(ask: Ask, given: Single | null, letter: string, isChosen: boolean): Single | null {
  if (asksForOne(ask)) return isChosen ? { choice: letter } : null;
  const next = new Set(chosenLetters(given));
  if (isChosen) next.add(letter);
  else next.delete(letter);
  return next.size > 0 ? { choices: [...next].sort() } : null;
}

/** Whether another option may be chosen. */
export function mayChooseMore(ask: Ask, given: Single | null): boolean {
  const most = ask.settings?.most ?? 0;
  return asksForOne(ask) || most === 0 || chosenLetters(given).length < most;
}

export function pairsOf(given: Single | null): [string, string][] {
  if (given && 'match' in given) return given.match;
  if (given && 'pairs' in given) return given.pairs;
  return [];
}

export function matchOf(pairs: [string, string][]): Single | null {
  return pairs.length > 0 ? { match: [...pairs].sort(byBoth) } : null;
}

/** Pairs in which neither comes first: each in the order of its letters. */
export function unorderedOf(pairs: [string, string][]): Single | null {
  const sorted = pairs.map(([one, other]): [string, string] => (one <= other ? [one, other] : [other, one]));
  const distinct = new Map(sorted.map((pair) => [pair.join(' '), pair]));
  return distinct.size > 0 ? { pairs: [...distinct.values()].sort(byBoth) } : null;
}

/** The letters used on the left of directed pairs, on the right, or on either side of others. Options
 * and targets have letters of their own: an A on the left is not the A on the right. */
export const usedOptions = (pairs: [string, string][]): string[] => pairs.map(([option]) => option);
export const usedTargets = (pairs: [string, string][]): string[] => pairs.map(([, target]) => target);
export const usedEither = (pairs: [string, string][]): string[] => pairs.flat();

/** Whether an option may stand in one more pair. */
export function isLeft(option: Option, used: readonly string[], usual: number): boolean {
  const most = option.most ?? usual;
  return most === 0 || used.filter((letter) => letter === option.letter).length < most;
}

/** A number as the server reads it, or null when it is none. A comma is a decimal comma. */
export function readNumber(typed: string): string | null {
  const text = typed.trim().replace(',', '.');
  return /^[+-]?(\d+(\.\d*)?|\.\d+|\d+\/\d+)$/.test(text) && text.length <= 50 ? text : null;
}

/** The words of a text alone: for labels and lists. */
export function wordsOf(text: ItemText): string {
  if (typeof text === 'string') return text.replace(/\*+([^*]+)\*+/g, '$1').trim();
  return text.rich.map(wordsOfNode).join('').replace(/\s+/g, ' ').trim();
}

function wordsOfNode(node: RichNode): string {
  if (typeof node === 'string') return node;
  if (node.tag === 'img') return node.attributes?.['alt'] ?? '';
  if (node.tag === 'math' && node.attributes?.['alttext']) return node.attributes['alttext'];
  const inside = (node.children ?? []).map(wordsOfNode).join('');
  return /^(p|div|li|td|th|br)$/.test(node.tag) ? ` ${inside} ` : inside;
}

/** What an option is called where only words can stand. */
export function nameOf(option: Option): string {
  return wordsOf(option.text) || option.image?.alt || option.letter;
}

function byBoth(a: [string, string], b: [string, string]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}
