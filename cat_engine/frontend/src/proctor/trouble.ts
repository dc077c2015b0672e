/** What needs a proctor's eye, worst first, with the acts that are likely to help. Pure. */
import type { ActName, Room, Row } from './interfaces';
import type { Moment, Since, Sinces } from './since';

export type Kind = 'call' | 'refused' | 'proposal' | 'owed' | 'line' | 'held' | 'idle' | 'paused_long' | 'takeovers' | 'fast' | 'not_started' | 'short' | 'paused';

/** One seat, or all seats of a room that have the same trouble at once. */
export interface Trouble {
  key: string;
  kind: Kind;
  room: string;
  rows: Row[];
  /** Server time since when (`short`: when time is over), of the newest of them; null if unknown. */
  at: Moment | null;
}

export const IDLE_MS = 5 * 60_000;
export const PAUSED_LONG_MS = 10 * 60_000;
export const SHORT_MS = 5 * 60_000;
export const NOT_STARTED_MS = 60_000;
/** Less than this is lost by everybody now and then; the ledger counts it all the same. */
export const OWED_MS = 20_000;
/**
 * Ten items in a row faster than this each: a person reads an item of the selection in about 50 s, and
 * answers that came from outside the hall in 2021 came after 8 s. It says: go and look.
 */
export const FAST_ITEM_MS = 12_000;
const MANY_TAKEOVERS = 2;
/** So many seats of one room with one trouble are one entry: a power failure is not 250 of them. */
export const GROUP_FROM = 5;

/** A break that the candidate may take: it ends by itself. */
const OWN_BREAK = 'own_break';
const ORDER: Kind[] = ['call', 'refused', 'line', 'proposal', 'held', 'owed', 'idle', 'paused_long', 'takeovers', 'fast', 'not_started', 'short', 'paused'];
export const LIKELY_ACTS: Record<Kind, ActName[]> = {
  call: ['answer_call', 'message', 'pause'],
  refused: ['waive_browser'],
  proposal: ['confirm', 'withdraw'],
  owed: ['compensate'],
  line: ['release', 'pause', 'move'],
  held: ['admit_held', 'refuse_held'],
  idle: ['pause', 'release'],
  paused_long: ['resume', 'extend'],
  takeovers: ['pause'],
  fast: ['message'],
  not_started: ['release'],
  short: ['extend'],
  paused: ['resume', 'extend'],
};

/** Time left of a row at server time `now`. */
export function timeLeft(row: Row, now: number): number | null {
  if (row.time_left_ms === null) return null;
  return Math.max(0, row.time_left_ms - (row.running ? Math.max(0, now - row.as_of) : 0));
}

/** The worst kind first, within it rooms together and the newest at the top. */
export function troubles(rows: readonly Row[], rooms: readonly Room[], sinces: Sinces, now: number): Trouble[] {
  const started = new Set(rooms.filter((room) => room.status === 'started').map((room) => room.id));
  const found: Trouble[] = [];
  for (const row of rows) {
    const since = sinces.get(row.participant_no);
    const kind = kindOf(row, since, started, now);
    if (kind === null) continue;
    found.push({ key: `${kind} ${row.participant_no}`, kind, room: row.room, rows: [row], at: momentOf(kind, row, since, now) });
  }
  return together(found).sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || (b.at?.at ?? 0) - (a.at?.at ?? 0) || a.key.localeCompare(b.key),
  );
}

function kindOf(row: Row, since: Since | undefined, started: ReadonlySet<string>, now: number): Kind | null {
  const isBusy = row.status === 'working' || row.status === 'paused';
  const inStateMs = since === undefined ? 0 : now - since.statusAt.at;
  if (row.call) return 'call';
  if (row.refused) return 'refused';
  if (isBusy && !row.line) return 'line';
  if (row.proposal) return 'proposal';
  if (row.held_count > 0) return 'held';
  if (isBusy && row.owed_ms >= OWED_MS) return 'owed';
  if (row.status === 'paused' && row.paused_reason === OWN_BREAK) return null;
  if (row.status === 'paused') return inStateMs >= PAUSED_LONG_MS ? 'paused_long' : 'paused';
  if (row.status === 'working') {
    const left = timeLeft(row, now);
    if (now - idleSince(row, since, now) >= IDLE_MS) return 'idle';
    if (row.takeovers > MANY_TAKEOVERS) return 'takeovers';
    if (row.item_ms !== null && row.item_ms < FAST_ITEM_MS) return 'fast';
    if (left !== null && left < SHORT_MS) return 'short';
  }
  const isBehind = row.status === 'ready' && started.has(row.room);
  return isBehind && inStateMs >= NOT_STARTED_MS ? 'not_started' : null;
}

/** Since the last response, or since work or going on after a pause began, whichever is later. */
function idleSince(row: Row, since: Since | undefined, now: number): number {
  if (since === undefined) return row.last_response_at ?? now;
  if (row.last_response_at === null) return since.statusAt.at;
  return since.statusAt.isExact ? Math.max(row.last_response_at, since.statusAt.at) : row.last_response_at;
}

function momentOf(kind: Kind, row: Row, since: Since | undefined, now: number): Moment | null {
  if (kind === 'held' || kind === 'takeovers' || kind === 'fast') return null;
  if (kind === 'call') return row.call && { at: row.call.at, isExact: true };
  if (kind === 'refused') return row.refused && { at: row.refused.at, isExact: true };
  if (kind === 'proposal') return row.proposal && { at: row.proposal.at, isExact: true };
  if (kind === 'owed') return { at: now - row.owed_ms, isExact: true };
  if (kind === 'short') return { at: now + (timeLeft(row, now) ?? 0), isExact: true };
  if (kind === 'line') return since?.lineAt ?? null;
  if (kind === 'idle') return { at: idleSince(row, since, now), isExact: row.last_response_at !== null || since?.statusAt.isExact === true };
  return since?.statusAt ?? null;
}

/** Seats of one room with one trouble become one entry when they are many. */
function together(found: readonly Trouble[]): Trouble[] {
  const groups = new Map<string, Trouble[]>();
  for (const one of found) {
    const name = `${one.kind} room ${one.room} ${one.rows[0]?.proposal?.id ?? ''}`;
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return [...groups].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined || group.length < GROUP_FROM) return group;
    const newest = group.reduce((a, b) => ((b.at?.at ?? 0) > (a.at?.at ?? 0) ? b : a));
    return [{ ...first, key, rows: group.flatMap((one) => one.rows), at: newest.at }];
  });
}
