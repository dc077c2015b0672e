/** How the editor holds a rule: which ways of earning points a kind has, and changes to them. Pure. */
import type { Single } from '../items/types';
import { asksForOne, blankKey, blankRule, type Asked, type Document, type KeyRule, type MappingRule, type Part, type Rule } from './document';

export type Way = Part['kind'];
const ONE = new Set(['choice', 'inline_choice']);
const SUMMED = new Set(['choices', 'hot_text', 'hotspot', 'match', 'associate', 'gap_match']);
const ALONE: Record<string, Way> = { number: 'number', slider: 'number', points: 'areas' };

/** The ways of earning points that the editor offers for what is asked. */
export function waysOf(asked: Asked): Way[] {
  const alone = ALONE[asked.kind];
  if (alone) return [alone];
  if (asked.kind === 'text') return ['text', 'judged'];
  if (asked.kind === 'essay') return ['judged'];
  if (ONE.has(asked.kind)) return ['key', 'options'];
  return SUMMED.has(asked.kind) ? ['key', 'mapping'] : ['key'];
}

/** Whether the editor holds the rule; one that it does not hold is shown and kept as it is. */
export function isHeld(asked: Asked, rule: Part | undefined): rule is Exclude<Part, { kind: 'processing' }> {
  if (!rule || rule.kind === 'processing') return false;
  if (rule.kind === 'options' && asksForOne(asked)) return true;
  return waysOf(asked).includes(rule.kind);
}

/** Whether everything of an item's rule is held. */
export function holdsAll(document: Document): boolean {
  if (document.kind !== 'composite') return document.rule.kind !== 'sum' && isHeld(document, document.rule);
  const rule = document.rule;
  return rule.kind === 'sum' && (document.interactions ?? []).every((one) => isHeld(one, rule.parts[one.name]));
}

/** Another way of earning points; what both ways can say goes over. */
export function changeWay(asked: Asked, rule: Part, way: Way): Part {
  if (rule.kind === way) return rule;
  const blank = rule.kind === 'processing' ? '0' : rule.blank;
  const right = rule.kind === 'key' ? rule.right : '5';
  if (way === 'options') {
    const keyed = rule.kind === 'key' ? namesOf(rule.key) : [];
    return { kind: 'options', blank, points: Object.fromEntries(asked.options.map((one) => [one.id, keyed.includes(one.id) ? right : '0'])) };
  }
  if (way === 'mapping') {
    const keyed = rule.kind === 'key' ? namesOf(rule.key) : [];
    const entries = Object.fromEntries(keyed.map((name) => [name, '1']));
    return { kind: 'mapping', entries, default: '0', lower_bound: null, upper_bound: null, blank };
  }
  if (way === 'key') {
    const points = rule.kind === 'options' ? rule.points : rule.kind === 'mapping' ? rule.entries : {};
    const earning = Object.keys(points).filter((name) => isMore(points[name]!));
    return { kind: 'key', key: keyOf(asked, earning), right: '5', wrong: '0', blank };
  }
  return blankRule(way === 'judged' ? 'essay' : asked.kind, asked);
}

/** What a key names: options, or pairs as "option target". */
export function namesOf(key: Single | null): string[] {
  if (key === null) return [];
  if ('choice' in key) return [key.choice];
  if ('choices' in key) return key.choices;
  if ('order' in key) return key.order;
  if ('match' in key) return key.match.map((pair) => pair.join(' '));
  if ('pairs' in key) return key.pairs.map((pair) => pair.join(' '));
  return [];
}

/** The key of these names, in the form that the kind asks for and in the one order of the server. */
export function keyOf(asked: Asked, names: readonly string[]): Single | null {
  const distinct = [...new Set(names)];
  if (asksForOne(asked)) return distinct[0] === undefined ? null : { choice: distinct[0] };
  const pairs = distinct.map((name) => name.split(' ') as [string, string]).filter((pair) => pair.length === 2);
  pairs.sort(([a, b], [c, d]) => byText(a, c) || byText(b, d));
  if (asked.kind === 'match' || asked.kind === 'gap_match') return { match: pairs };
  if (asked.kind === 'associate') return { pairs };
  if (asked.kind === 'order') return { order: distinct };
  return { choices: distinct.sort(byText) };
}

/** A pair in which neither is first, as keys and mappings name it. */
export function unordered(one: string, other: string): string {
  return byText(one, other) <= 0 ? `${one} ${other}` : `${other} ${one}`;
}

/** Texts in the order of their code points, as Python sorts them. */
export function byText(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = a[index]!.codePointAt(0)! - b[index]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The rule after the options or targets of what is asked have changed: names that are gone are gone. */
export function fitted(asked: Asked, rule: Part): Part {
  const options = new Set(asked.options.map((one) => one.id));
  const targets = new Set(asked.targets.map((one) => one.id));
  const isThere = (name: string): boolean => {
    const [one = '', other] = name.split(' ');
    if (other === undefined) return options.has(one);
    return options.has(one) && (asked.kind === 'associate' ? options.has(other) : targets.has(other));
  };
  switch (rule.kind) {
    case 'key':
      return fittedKey(asked, rule, isThere);
    case 'mapping':
      return { ...rule, entries: only(rule.entries, isThere) };
    case 'options':
      return { ...rule, points: Object.fromEntries(asked.options.map((one) => [one.id, rule.points[one.id] ?? '0'])) };
    default:
      return rule;
  }
}

function fittedKey(asked: Asked, rule: KeyRule, isThere: (name: string) => boolean): KeyRule {
  if (asked.kind === 'order') {
    const kept = namesOf(rule.key).filter(isThere);
    const added = asked.options.map((one) => one.id).filter((id) => !kept.includes(id));
    return { ...rule, key: { order: [...kept, ...added] } };
  }
  return { ...rule, key: keyOf(asked, namesOf(rule.key ?? blankKey(asked)).filter(isThere)) };
}

/** The points of a name in a mapping; nothing typed takes the name out. */
export function withEntry(rule: MappingRule, name: string, points: string): MappingRule {
  const entries = { ...rule.entries, [name]: points };
  if (points.trim() === '') delete entries[name];
  return { ...rule, entries };
}

/** The parts of a sum after one was changed or taken out. */
export function withPart(rule: Rule, name: string, part: Part | null): Rule {
  if (rule.kind !== 'sum') return rule;
  const { [name]: _old, ...others } = rule.parts;
  return { kind: 'sum', parts: part === null ? others : { ...rule.parts, [name]: part } };
}

function only(points: Record<string, string>, isThere: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(points).filter(([name]) => isThere(name)));
}

/** Whether typed points are more than nothing. */
function isMore(typed: string): boolean {
  const [above = '', below = '1'] = typed.replace(',', '.').split('/');
  return Number(above) / Number(below) > 0;
}
