/**
 * State and actions of the proctor's page.
 *
 * Rows come whole by `watch` and then by deltas; a gap in versions watches again. The selection, the
 * search and the filters belong to the page: a reconnection leaves them as they are.
 */
import { batch, computed, signal } from '@preact/signals';
import type { ProctorMessages } from '../lib/messages';
import { NoAnswer, type Line } from '../lib/socket';
import { makeActing } from './acting';
import type { ActName, Delta, Plans, Room, Row, Watching } from './interfaces';
import { follow, type Sinces } from './since';
import { troubles } from './trouble';

const WATCH_AGAIN_MS = 1_500;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
/** The server gives a sign of life every second; after three that did not come the page is grey and says why. */
export const OLD_AFTER_MS = 3_000;
const LOGIN_CHECK_MS = 10_000;

/** `isStill`: what is shown stands at its instant, as in a replay. */
export function makeCtrl(line: Line<ProctorMessages>, examSession: string, isStill = false) {
  const exam = signal<Watching['exam'] | null>(null);
  const rooms = signal<readonly Room[]>([]);
  const plans = signal<Plans>({});
  const rows = signal<ReadonlyMap<string, Row>>(new Map());
  const sinces = signal<Sinces>(new Map());
  const version = signal(0);
  const selected = signal<ReadonlySet<string>>(new Set());
  const cursor = signal<string | null>(null);
  const search = signal('');
  const roomFilter = signal('');
  const statusFilter = signal('');
  const noticeFilter = signal('');
  const isMap = signal(true);
  const isHelpOpen = signal(false);
  const problem = signal<string | null>(null);
  const isSignedOut = signal(false);
  const tick = signal(0);
  const acting = makeActing(line, examSession);
  let heardAt = performance.now();
  let serverNow = 0;
  let isWatching = false;
  let checkedAt = 0;

  async function watch(): Promise<void> {
    if (isWatching) return;
    isWatching = true;
    try {
      const reply = await line.request('watch', { exam_session: examSession });
      if (reply.ok) take(reply as unknown as Watching);
      else problem.value = reply.message ?? reply.code ?? '';
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      setTimeout(() => void watch(), WATCH_AGAIN_MS * (1 + Math.random()));
    } finally {
      isWatching = false;
    }
  }

  function take(whole: Watching): void {
    hear(whole.now);
    batch(() => {
      problem.value = null;
      isSignedOut.value = false;
      exam.value = whole.exam;
      rooms.value = whole.rooms;
      plans.value = whole.plans;
      rows.value = new Map(whole.rows.map((row) => [row.participant_no, row]));
      sinces.value = follow(sinces.value, whole.rows, whole.now, false);
      version.value = whole.version;
    });
  }

  function onDelta(delta: Delta): void {
    if (exam.value === null || delta.version <= version.value) return;
    if (delta.version > version.value + 1) {
      void watch();
      return;
    }
    hear(delta.now);
    batch(() => {
      version.value = delta.version;
      rooms.value = delta.rooms;
      if (delta.rows.length === 0) return;
      const next = new Map(rows.value);
      for (const row of delta.rows) next.set(row.participant_no, row);
      rows.value = next;
      sinces.value = follow(sinces.value, delta.rows, delta.now, true);
    });
  }

  function hear(now: number): void {
    heardAt = performance.now();
    serverNow = now;
  }

  const ageMs = () => (isStill ? 0 : performance.now() - heardAt);
  /** Server time now, by this page's monotonic clock. */
  const now = () => serverNow + ageMs();

  /** A login that has ended looks like a lost line; only asking tells them apart. */
  async function checkLogin(): Promise<void> {
    if (line.state.value !== 'offline' || performance.now() - checkedAt < LOGIN_CHECK_MS) return;
    checkedAt = performance.now();
    try {
      isSignedOut.value = (await fetch('/api/v1/me')).status === 401;
    } catch {
      isSignedOut.value = false;
    }
  }

  function start(): void {
    line.onConnect(() => void watch());
    line.onPush('delta', onDelta as (message: never) => void);
    setInterval(() => {
      tick.value += 1;
      void checkLogin();
    }, SECOND_MS);
  }

  const sorted = computed(() =>
    [...rows.value.values()].sort(
      (a, b) => a.room.localeCompare(b.room) || a.seat.localeCompare(b.seat, undefined, { numeric: true }),
    ),
  );
  const shown = computed(() => {
    const text = search.value.trim().toLowerCase();
    return sorted.value.filter(
      (row) =>
        (roomFilter.value === '' || row.room === roomFilter.value) &&
        (statusFilter.value === '' || statusOf(row) === statusFilter.value) &&
        isNoticed(row, noticeFilter.value) &&
        (text === '' || `${row.name} ${row.participant_no} ${row.room}-${row.seat}`.toLowerCase().includes(text)),
    );
  });
  const counts = computed(() => {
    const found: Record<string, number> = {};
    for (const row of rows.value.values()) found[statusOf(row)] = (found[statusOf(row)] ?? 0) + 1;
    return found;
  });
  const attention = computed(() => {
    void tick.value;
    return troubles(sorted.value, rooms.value, sinces.value, now());
  });

  /** Minutes that a measured interruption of one person cost, or null. */
  function interruptionMinutes(participants: readonly string[]): number | null {
    const [only] = participants;
    const row = only === undefined ? undefined : rows.value.get(only);
    const since = only === undefined ? undefined : sinces.value.get(only);
    if (participants.length !== 1 || !row || !since || row.line) return null;
    return Math.max(1, Math.ceil((now() - since.lineAt.at) / MINUTE_MS));
  }

  return {
    exam, rooms, plans, rows, sinces, sorted, shown, counts, attention, selected, cursor, search, roomFilter,
    statusFilter, noticeFilter, isMap, isHelpOpen, problem, isSignedOut, tick, acting,
    examSession,
    lineState: line.state,
    start, take, now, ageMs,
    isOld: () => ageMs() > OLD_AFTER_MS,
    toggle(participantNo: string) {
      const next = new Set(selected.value);
      if (!next.delete(participantNo)) next.add(participantNo);
      batch(() => {
        selected.value = next;
        cursor.value = participantNo;
      });
    },
    /** Select everything shown between the cursor and this seat. */
    selectTo(participantNo: string) {
      const order = shown.value.map((row) => row.participant_no);
      const ends = [order.indexOf(cursor.value ?? participantNo), order.indexOf(participantNo)].sort((a, b) => a - b);
      const between = order.slice(Math.max(0, ends[0] ?? 0), (ends[1] ?? 0) + 1);
      batch(() => {
        selected.value = new Set([...selected.value, ...between]);
        cursor.value = participantNo;
      });
    },
    selectMany(numbers: Iterable<string>) {
      selected.value = new Set([...selected.value, ...numbers]);
    },
    clearSelection: () => void (selected.value = new Set()),
    /** Bring a seat into sight: nothing that is filtered away hides it. */
    show(participantNo: string) {
      batch(() => {
        search.value = '';
        roomFilter.value = '';
        statusFilter.value = '';
        noticeFilter.value = '';
        selected.value = new Set([participantNo]);
        cursor.value = participantNo;
      });
    },
    askFor(act: ActName, participants: readonly string[]) {
      const chosen = [...participants].sort();
      const first = chosen[0] === undefined ? undefined : rows.value.get(chosen[0]);
      const isOnProposal = act === 'confirm' || act === 'withdraw';
      acting.ask(act, { participants: chosen }, chosen.length, {
        proposedMinutes: act === 'extend' ? interruptionMinutes(chosen) : null,
        ...(isOnProposal && first?.proposal ? { proposal: first.proposal.id } : {}),
      });
    },
    askRoom(act: 'open' | 'start', room: string | null) {
      const concerned = sorted.value.filter((row) => room === null || row.room === room).length;
      const seats = rooms.value.filter((one) => room === null || one.id === room).reduce((sum, one) => sum + one.seats, 0);
      acting.ask(act, room === null ? { all: true } : { room }, concerned || seats);
    },
  };
}

export type Ctrl = ReturnType<typeof makeCtrl>;

/** What is filtered for: 'any' indicator, 'browser' (not proven), or one kind of indicator. */
export function isNoticed(row: Row, filter: string): boolean {
  if (filter === '') return true;
  if (filter === 'browser') return isUnproven(row);
  if (filter === 'any') return isUnproven(row) || Object.keys(row.notices).length > 0;
  return row.notices[filter] !== undefined;
}

export function isUnproven(row: Row): boolean {
  return row.refused !== null || (row.browser !== '' && row.browser !== 'verified');
}

/** The state shown: a lost line is a state of its own while somebody works. */
export function statusOf(row: Row): string {
  if (!row.line && (row.status === 'working' || row.status === 'paused')) return 'line_lost';
  return row.status;
}
