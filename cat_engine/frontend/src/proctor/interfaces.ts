/** What the server tells a proctor's page; see exam_sessions/views.py and live/monitor.py. */

export type Status = 'absent' | 'waiting' | 'ready' | 'working' | 'paused' | 'finished' | 'void';

export interface Row {
  participant_no: string;
  name: string;
  room: string;
  seat: string;
  status: Status;
  line: boolean;
  answered: number;
  item_count: number;
  part_index: number;
  time_left_ms: number | null;
  as_of: number;
  running: boolean;
  extra_ms: number;
  paused_reason: string | null;
  station: string;
  /** What its browser proved; empty where nobody asked. */
  browser: '' | 'verified' | 'missing' | 'wrong' | 'waived';
  /** An entry that was refused for its browser; null once somebody has got in. */
  refused: { at: number; station: string; browser: 'missing' | 'wrong'; count: number } | null;
  /** What its page noticed, by kind: indicators, no verdicts. */
  notices: Record<string, Noticed>;
  last_response_at: number | null;
  takeovers: number;
  held_count: number;
  /** Why the rule left the latest of them held; empty: not decided by rule. */
  held_why: string;
  /** Time lost in interruptions that are over, not given back yet. */
  owed_ms: number;
  lost_since: number | null;
  call: { at: number; topic: string } | null;
  unread_count: number;
  proposal: Proposal | null;
  total: string | null;
  /** Milliseconds for each of the last ten items; null before that many. */
  item_ms: number | null;
}
export interface Noticed {
  count: number;
  last_at: number;
  lasted_ms: number;
}
/** What waits for a second person. */
export interface Proposal {
  id: string;
  what: 'void' | 'disqualify' | 'extend';
  by: string;
  reason: string;
  words: string;
  extension_ms: number;
  at: number;
}
export interface Room {
  id: string;
  name: string;
  status: 'closed' | 'open' | 'started' | 'ended';
  seats: number;
}
export interface Watching {
  version: number;
  now: number;
  exam: { id: string; title: string; session_title: string };
  rooms: Room[];
  rows: Row[];
  plans: Plans;
}
/** Where the seats of a room stand; a position without a seat is an aisle or a pillar. */
export interface Plan {
  columns: number;
  /** Name, row and column from 0, and whether somebody may sit there. */
  seats: [string, number, number, boolean][];
}
export type Plans = Record<string, Plan>;
export type Delta = Omit<Watching, 'exam' | 'plans'>;
export type ActName =
  | 'open' | 'start' | 'pause' | 'resume' | 'extend' | 'release' | 'end' | 'admit_held' | 'refuse_held' | 'message' | 'answer_call'
  | 'compensate' | 'move' | 'readmit' | 'void' | 'disqualify' | 'confirm' | 'withdraw' | 'undo' | 'waive_browser';
export type Targets = { participants: string[] } | { room: string } | { all: true };
export interface Outcome {
  act: ActName;
  act_id: string;
  targets: Targets;
  done: number;
  /** Nothing has happened yet: a second person has to confirm. */
  isProposal: boolean;
  refused: { participant_no: string; code: string; message: string }[];
}
export const REASONS = ['technical', 'power', 'health', 'conduct', 'candidate_request', 'procedure', 'other'] as const;
