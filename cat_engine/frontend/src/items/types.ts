/** What the server tells a page of an item, and what a page may answer; see question_bank/delivery.py. */

export interface Picture {
  url: string;
  alt: string;
}
export interface Recording {
  url: string;
  transcript: string;
}
export type RichNode = string | { tag: string; attributes?: Record<string, string>; children?: RichNode[] };
/** Plain notation as text, rich text as nodes. */
export type ItemText = string | { rich: RichNode[] };
export interface Area {
  shape: 'circle' | 'rect' | 'poly' | 'ellipse' | 'default';
  coords: number[];
}
export interface Option {
  letter: string;
  text: ItemText;
  image: Picture | null;
  area?: Area;
  /** How often it may be used in pairs; 0: any number. */
  most?: number;
}
export interface Settings {
  least?: number;
  most?: number;
  length?: number;
  width?: number;
  height?: number;
  lower?: string;
  upper?: string;
  step?: string;
}
export type AskKind =
  | 'choice' | 'choices' | 'number' | 'text' | 'order' | 'match' | 'associate' | 'gap_match' | 'inline_choice'
  | 'hot_text' | 'hotspot' | 'points' | 'slider' | 'essay';

/** One thing that an item asks. */
export interface Ask {
  name: string;
  kind: AskKind;
  prompt?: ItemText;
  image: Picture | null;
  options: Option[];
  targets?: Option[];
  settings?: Settings;
}
export interface Item {
  item_no: number;
  section: string;
  kind: AskKind | 'composite';
  stem: ItemText;
  image: Picture | null;
  audio?: Recording;
  stimulus: { text: ItemText; image: Picture | null; audio?: Recording } | null;
  options: Option[];
  targets?: Option[];
  settings?: Settings;
  interactions?: Ask[];
}
export type Single =
  | { choice: string }
  | { choices: string[] }
  | { number: string }
  | { text: string }
  | { texts: string[] }
  | { order: string[] }
  | { match: [string, string][] }
  | { pairs: [string, string][] }
  | { points: [number, number][] };
export type Response = null | Single | { record: Record<string, Single> };
