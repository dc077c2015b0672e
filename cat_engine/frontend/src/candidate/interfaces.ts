/** What the server tells a candidate's page; see exam_sessions/views.py. */

export type Status = 'waiting' | 'ready' | 'working' | 'paused' | 'finished' | 'void';

export type { Item, Response } from '../items/types';
import type { Item, Response } from '../items/types';

export interface Beat {
  status: Status;
  room_status: string;
  part_index: number;
  time_left_ms: number | null;
  extra_ms: number;
  paused: { reason: string; words: string; at: number } | null;
  /** What is left of the allowance for own breaks. */
  break_left_ms: number;
  state_version: number;
  epoch: number;
  now: number;
}
export interface Outcome {
  of: string | string[];
  least: string;
  got: string;
  passed: boolean;
}
export interface Result {
  sections: {
    id: string;
    title: string;
    points: string;
    highest: string;
    threshold: Outcome | null;
  }[];
  total: string;
  highest_total: string;
  thresholds: Outcome[];
  passed: boolean | null;
  rank: number | null;
  rank_of: number | null;
  provisional: boolean;
  cause: string;
  answered: number;
  item_count: number;
  receipt: string;
}
export interface View extends Beat {
  exam: { id: string; title: string; session_title: string; room: string; seat: string };
  candidate: {
    participant_no: string;
    name: string;
    formation: string;
    formation_type: string;
    accommodations: string[];
    text_size: 'normal' | 'large' | 'largest';
    contrast: 'normal' | 'high';
    timer: 'shown' | 'thresholds' | 'request';
    break_minutes: number;
  };
  parts: {
    id: string;
    title: string;
    minutes: number;
    sections: { id: string; title: string; item_count: number }[];
  }[];
  seq_base: number;
  last_seq: number;
  items: Item[];
  responses: Record<string, Response>;
  flags: number[];
  practice: Item[];
  held_count: number;
  messages: { at: number; text: string }[];
  read_count: number;
  call: { at: number; topic: string } | null;
  void_kind: string;
  result: Result | null;
}
export type Saved = 'saving' | 'saved' | 'waiting';
