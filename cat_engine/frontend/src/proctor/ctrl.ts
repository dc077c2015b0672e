/** State and actions of the proctor's page: rows by deltas, one selection, acts with a reason. */
import { batch, computed, signal } from '@preact/signals';
import { NoAnswer, type Line } from '../lib/socket';
import type { ActName, Delta, Outcome, Room, Row, Watching } from './interfaces';
import { troubles } from './trouble';

const RESEND_MS = 1_500;
const RESEND_LIMIT = 20;
export const OLD_AFTER_MS = 12_000;

export interface Asked {
  act: ActName;
  targets: object;
  count: number;
}

export function makeCtrl(line: Line, examSession: string) {
  const exam = signal<Watching['exam'] | null>(null);
  const rooms = signal<readonly Room[]>([]);
  const rows = signal<ReadonlyMap<string, Row>>(new Map());
  const version = signal(0);
  const selected = signal<ReadonlySet<string>>(new Set());
  const search = signal('');
  const roomFilter = signal('');
  const statusFilter = signal('');
  const asked = signal<Asked | null>(null);
  const outcome = signal<Outcome | null>(null);
  const problem = signal<string | null>(null);
  const isActing = signal(false);
  const tick = signal(0);
  let heardAt = performance.now();
  let serverNow = 0;

  async function watch(): Promise<void> {
    try {
      const reply = await line.request('watch', { exam_session: examSession });
      if (reply.ok) take(reply as unknown as Watching);
      else problem.value = reply.message ?? null;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      setTimeout(() => void watch(), RESEND_MS + Math.random() * RESEND_MS);
    }
  }

  function take(whole: Watching): void {
    hear(whole.now);
    batch(() => {
      exam.value = whole.exam;
      rooms.value = whole.rooms;
      rows.value = new Map(whole.rows.map((row) => [row.participant_no, row]));
      version.value = whole.version;
    });
  }

  function onDelta(delta: Delta): void {
    if (exam.value === null) return;
    if (delta.version <= version.value) return;
    if (delta.version > version.value + 1) {
      void watch();
      return;
    }
    hear(delta.now);
    batch(() => {
      version.value = delta.version;
      rooms.value = delta.rooms;
      if (delta.rows.length > 0) {
        const next = new Map(rows.value);
        for (const row of delta.rows) next.set(row.participant_no, row);
        rows.value = next;
      }
    });
  }

  function hear(now: number): void {
    heardAt = performance.now();
    serverNow = now;
  }

  /** Server time now, by this page's monotonic clock. */
  const now = () => serverNow + (performance.now() - heardAt);

  line.onConnect(() => void watch());
  line.onPush('delta', onDelta as (message: never) => void);
  setInterval(() => (tick.value += 1), 1_000);

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
        (text === '' || `${row.name} ${row.participant_no} ${row.seat}`.toLowerCase().includes(text)),
    );
  });
  const counts = computed(() => {
    const found: Record<string, number> = {};
    for (const row of rows.value.values()) found[statusOf(row)] = (found[statusOf(row)] ?? 0) + 1;
    return found;
  });
  const attention = computed(() => {
    void tick.value;
    return troubles(sorted.value, rooms.value, now());
  });

  function toggle(participantNo: string): void {
    const next = new Set(selected.value);
    if (!next.delete(participantNo)) next.add(participantNo);
    selected.value = next;
  }

  function ask(act: ActName, targets: object, count: number): void {
    outcome.value = null;
    asked.value = { act, targets, count };
  }

  /** Carry out what was asked; the same act is sent again until it is answered. */
  async function carryOut(reason: string, words: string, minutes: number | null): Promise<void> {
    const wanted = asked.value;
    if (wanted === null) return;
    const message = {
      act_id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
      exam_session: examSession,
      act: wanted.act,
      targets: wanted.targets,
      reason,
      words,
      ...(wanted.act === 'extend' ? { minutes } : {}),
    };
    isActing.value = true;
    asked.value = null;
    try {
      for (let attempt = 0; attempt < RESEND_LIMIT; attempt += 1) {
        try {
          const reply = await line.request('act', message);
          if (reply.ok) outcome.value = { act: wanted.act, ...(reply as unknown as Omit<Outcome, 'act'>) };
          else problem.value = reply.message ?? null;
          return;
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error;
          await new Promise((resolve) => setTimeout(resolve, RESEND_MS));
        }
      }
      problem.value = 'no_answer';
    } finally {
      isActing.value = false;
    }
  }

  return {
    exam, rooms, rows, sorted, shown, counts, attention, selected, search, roomFilter, statusFilter,
    asked, outcome, problem, isActing, tick,
    lineState: line.state,
    now,
    ageMs: () => performance.now() - heardAt,
    toggle, ask, carryOut,
    selectMany(numbers: Iterable<string>) {
      selected.value = new Set([...selected.value, ...numbers]);
    },
    clearSelection: () => (selected.value = new Set()),
  };
}

export type Ctrl = ReturnType<typeof makeCtrl>;

/** The state shown: a lost line is a state of its own while somebody works. */
export function statusOf(row: Row): string {
  if (!row.line && (row.status === 'working' || row.status === 'paused')) return 'line_lost';
  return row.status;
}
