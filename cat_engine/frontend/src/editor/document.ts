/** The document of an item as the server takes it: its canonical JSON, with numbers as typed. */
import type { AskKind, Single } from '../items/types';
import type { Notation } from './rich';

export interface Image {
  digest: string;
  extension: string;
  alt: string;
}
export interface Audio {
  digest: string;
  extension: string;
  transcript: string;
}
/** What was typed for a whole number, until the server reads it. */
export type Count = number | string;
export type Shape = 'rect' | 'circle' | 'ellipse' | 'poly' | 'default';
export type Area = [Shape, Count[]];
export interface Option {
  id: string;
  text: string;
  image: Image | null;
  area?: Area;
  most?: Count;
  fixed?: boolean;
}
export interface Settings {
  least?: Count;
  most?: Count;
  length?: Count;
  width?: Count;
  height?: Count;
  lower?: string;
  upper?: string;
  step?: string;
}
export interface KeyRule { kind: 'key'; key: Single | null; right: string; wrong: string; blank: string }
export interface OptionsRule { kind: 'options'; points: Record<string, string>; blank: string }
export interface MappingRule {
  kind: 'mapping';
  entries: Record<string, string>;
  default: string;
  lower_bound: string | null;
  upper_bound: string | null;
  blank: string;
}
export interface NumberRule { kind: 'number'; target: string; tolerance: string; right: string; wrong: string; blank: string }
export interface TextRule { kind: 'text'; accepted: [string, string][]; case_sensitive: boolean; wrong: string; blank: string }
export interface AreasRule {
  kind: 'areas';
  areas: [Shape, Count[], string][];
  default: string;
  lower_bound: string | null;
  upper_bound: string | null;
  blank: string;
}
export interface JudgedRule { kind: 'judged'; highest: string; criteria: string; blank: string }
export interface ProcessingRule { kind: 'processing'; program: unknown; highest: string; lowest: string }
export type Part = KeyRule | OptionsRule | MappingRule | NumberRule | TextRule | AreasRule | JudgedRule | ProcessingRule;
export interface SumRule { kind: 'sum'; parts: Record<string, Part> }
export type Rule = Part | SumRule;

/** What one thing asked has, alone in an item or among several. */
export interface Asked {
  kind: AskKind | 'composite';
  options: Option[];
  targets: Option[];
  shuffle: boolean;
  image: Image | null;
  settings?: Settings;
}
export interface Interaction extends Asked {
  name: string;
  kind: AskKind;
  prompt: string;
  settings: Settings;
}
export interface Stimulus {
  id: string;
  text: string;
  image: Image | null;
  notation?: Notation;
  audio?: Audio;
}
export interface Document extends Asked {
  bank?: string;
  id?: string;
  version?: number;
  section: string;
  topic: string;
  difficulty: string;
  stem: string;
  rule: Rule;
  stimulus: Stimulus | null;
  explanation: string;
  notation?: Notation;
  audio?: Audio;
  interactions?: Interaction[];
}

/** Kinds whose text holds what is asked, so that it must be rich. */
export const IN_TEXT: ReadonlySet<string> = new Set(['gap_match', 'hot_text', 'composite']);
const LISTED = new Set(['choice', 'choices', 'order', 'match', 'associate', 'gap_match', 'inline_choice']);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const EARNED = { right: '5', wrong: '0', blank: '0' };

export const notationOf = (document: Document): Notation => document.notation ?? 'plain';

/** A new item of a kind: what an author would begin with anyway is there. */
export function blankDocument(kind: Document['kind']): Document {
  const asked = blankAsked(kind);
  return {
    section: '',
    topic: '',
    difficulty: 'medium',
    stem: '',
    explanation: '',
    stimulus: null,
    ...asked,
    rule: kind === 'composite' ? { kind: 'sum', parts: {} } : blankRule(kind, asked),
    ...(IN_TEXT.has(kind) ? { notation: 'rich' as const } : {}),
    ...(kind === 'composite' ? { interactions: [] } : {}),
  };
}

export function blankInteraction(kind: AskKind, name: string): Interaction {
  return { name, prompt: '', ...blankAsked(kind), kind, settings: blankAsked(kind).settings ?? {} };
}

function blankAsked(kind: Document['kind']): Asked {
  const count = kind === 'inline_choice' || kind === 'gap_match' ? 3 : kind === 'match' ? 3 : 4;
  const options = LISTED.has(kind) ? Array.from({ length: count }, (_, index) => blankOption(LETTERS[index]!)) : [];
  return {
    kind,
    options,
    targets: kind === 'match' ? Array.from({ length: 3 }, (_, index) => blankOption(`t${index + 1}`)) : [],
    shuffle: true,
    image: null,
    settings: kind === 'slider' ? { lower: '0', upper: '10', step: '1' } : kind === 'hotspot' || kind === 'points' ? { most: 1 } : {},
  };
}

export function blankOption(id: string): Option {
  return { id, text: '', image: null };
}

/** The rule that the kind begins with. */
export function blankRule(kind: Document['kind'], asked: Asked): Part {
  switch (kind) {
    case 'number':
    case 'slider':
      return { kind: 'number', target: '', tolerance: '0', ...EARNED };
    case 'text':
      return { kind: 'text', accepted: [['', '5']], case_sensitive: false, wrong: '0', blank: '0' };
    case 'essay':
      return { kind: 'judged', highest: '10', criteria: '', blank: '0' };
    case 'points':
      return { kind: 'areas', areas: [], default: '0', lower_bound: null, upper_bound: null, blank: '0' };
    default:
      return { kind: 'key', key: blankKey(asked), ...EARNED };
  }
}

/** Nothing chosen yet, in the form that the kind asks for. */
export function blankKey(asked: Asked): Single | null {
  if (asksForOne(asked)) return null;
  switch (asked.kind) {
    case 'order':
      return { order: asked.options.map((one) => one.id) };
    case 'match':
    case 'gap_match':
      return { match: [] };
    case 'associate':
      return { pairs: [] };
    default:
      return { choices: [] };
  }
}

/** Whether one option is asked for, not several. */
export function asksForOne(asked: Asked): boolean {
  if (asked.kind === 'hot_text' || asked.kind === 'hotspot') return Number(asked.settings?.most ?? 0) === 1;
  return asked.kind === 'choice' || asked.kind === 'inline_choice';
}

/** A name that none of these has: the next letter, or the prefix with the next number. */
export function freeName(taken: Iterable<string>, prefix = ''): string {
  const known = new Set(taken);
  if (prefix === '') {
    const letter = [...LETTERS].find((one) => !known.has(one));
    if (letter) return letter;
  }
  let number = 1;
  while (known.has(`${prefix || 'o'}${number}`)) number += 1;
  return `${prefix || 'o'}${number}`;
}
