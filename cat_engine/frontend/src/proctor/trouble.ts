/** What needs a proctor's eye, worst first; pure, so that it can be tested. */
import type { Room, Row } from './interfaces';

export type Kind = 'line' | 'held' | 'idle' | 'paused' | 'short' | 'not_started' | 'takeovers';
export interface Trouble {
  kind: Kind;
  row: Row;
  minutes: number;
}

const IDLE_MS = 5 * 60_000;
const SHORT_MS = 5 * 60_000;
const MANY_TAKEOVERS = 2;
const ORDER: Kind[] = ['line', 'held', 'idle', 'paused', 'takeovers', 'not_started', 'short'];

/** Time left of a row at server time `now`. */
export function timeLeft(row: Row, now: number): number | null {
  if (row.time_left_ms === null) return null;
  return Math.max(0, row.time_left_ms - (row.running ? Math.max(0, now - row.as_of) : 0));
}

export function troubles(rows: readonly Row[], rooms: readonly Room[], now: number): Trouble[] {
  const started = new Set(rooms.filter((room) => room.status === 'started').map((room) => room.id));
  const found = rows.flatMap((row) => {
    const kind = kindOf(row, started, now);
    return kind === null ? [] : [{ kind, row, minutes: minutesOf(kind, row, now) }];
  });
  return found.sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || b.minutes - a.minutes || a.row.participant_no.localeCompare(b.row.participant_no),
  );
}

function kindOf(row: Row, started: ReadonlySet<string>, now: number): Kind | null {
  const isBusy = row.status === 'working' || row.status === 'paused';
  if (isBusy && !row.line) return 'line';
  if (row.held_count > 0 && row.status !== 'finished') return 'held';
  if (row.status === 'paused') return 'paused';
  if (row.status === 'working') {
    const left = timeLeft(row, now);
    if (row.last_response_at !== null && now - row.last_response_at > IDLE_MS) return 'idle';
    if (row.takeovers > MANY_TAKEOVERS) return 'takeovers';
    if (left !== null && left < SHORT_MS) return 'short';
  }
  if (row.status === 'ready' && started.has(row.room)) return 'not_started';
  return null;
}

function minutesOf(kind: Kind, row: Row, now: number): number {
  if (kind === 'short') return Math.ceil((timeLeft(row, now) ?? 0) / 60_000);
  const since = row.last_response_at;
  return since === null ? 0 : Math.floor((now - since) / 60_000);
}
