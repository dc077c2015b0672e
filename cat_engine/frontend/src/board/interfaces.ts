/** What the server tells a board's reader; see docs/messages.md, "Boards". */

export type Key = string | string[];
export interface Reason {
  key: Key | null;
  above?: string;
  below?: string;
}
export interface Row {
  id: string;
  label: string;
  formation: string;
  formation_type: string;
  room: string;
  sections: Record<string, string>;
  total: string;
  answered: number;
  item_count: number;
  status: string;
  passed: boolean | null;
  tied: boolean;
  reason: Reason | null;
}
export interface Head {
  id: string;
  title: string;
  session_title: string;
  state: 'live' | 'frozen' | 'final';
  provisional: boolean;
  data_at: number;
  now: number;
  delay_s: number;
  reveal: 'live' | 'finished';
  sections: { id: string; title: { id: string; en: string }; highest: string | null }[];
  rank_by: Key[];
  thresholds: Record<string, { of: Key; least: string }[]>;
}
export interface Snapshot extends Head {
  version: number;
  rows: Row[];
}
interface Standing {
  version: number;
  now: number;
  data_at: number;
  state: Head['state'];
  provisional: boolean;
}
/** What leads from the rows of version `after` to those of `version`. */
export interface Delta extends Standing {
  after: number;
  rows: [number, Row][];
  removed: string[];
}
/** A sign of life; `as_of` is when the server last read the journal. */
export interface Beat extends Standing {
  as_of: number;
}
