/**
 * State of a board's page: a snapshot, then deltas.
 *
 * Promised: the rows shown are the rows of the version shown. A gap in versions, or a delta that
 * does not fit, fetches the snapshot again, at a moment of chance so that a hall full of phones does
 * not ask at one instant. Pushes may be lost: a page that has heard nothing for a while asks for the
 * version; without a line it asks for the snapshot by its ETag. A final board asks for nothing more.
 */
import { batch, computed, signal } from '@preact/signals';
import type { Line } from '../lib/socket';
import { applyDelta, ranksOf } from './delta';
import { find } from './finding';
import { ASK_AFTER_MS, freshness } from './freshness';
import type { Delta, Head, Row, Snapshot } from './interfaces';
import * as kept from './kept';
import { follow, prune, type Moves } from './moves';

const POLL_MS = 15_000;
const GAP_JITTER_MS = 2_000;
const SECOND_MS = 1_000;

export interface Listed {
  row: Row;
  rank: number;
  /** Rank among the rows of the chosen formation; null when all are shown. */
  formationRank: number | null;
}

export function makeCtrl(line: Line, board: string) {
  const head = signal<Head | null>(null);
  const rows = signal<readonly Row[]>([]);
  const version = signal(0);
  const moves = signal<Moves>(new Map());
  const missing = signal(false);
  const search = signal('');
  const foundAt = signal(0);
  const formation = signal('');
  const mine = signal(kept.read('my-number'));
  const second = signal(0);
  let heardAt: number | null = null;
  let serverAhead: number | null = null;
  let etag = '';
  let fetching: Promise<void> | null = null;
  let isAskedAgain = false;
  let gapTimer: ReturnType<typeof setTimeout> | null = null;
  let timers: ReturnType<typeof setInterval>[] = [];

  /** The server was heard of; `now` is its own time, where it told it. */
  function hear(now: number | null): void {
    heardAt = performance.now();
    if (now !== null && Number.isFinite(now)) serverAhead = now - heardAt;
  }

  /** Fetch; whoever asks while a snapshot is on its way gets one that was asked for afterwards. */
  function fetchSnapshot(): Promise<void> {
    if (fetching !== null) isAskedAgain = true;
    fetching ??= fetchWhileAsked().finally(() => (fetching = null));
    return fetching;
  }

  async function fetchWhileAsked(): Promise<void> {
    do {
      isAskedAgain = false;
      await fetchOnce();
    } while (isAskedAgain);
  }

  async function fetchOnce(): Promise<void> {
    try {
      const headers: Record<string, string> = etag ? { 'If-None-Match': etag } : {};
      const answer = await fetch(`/api/v1/boards/${encodeURIComponent(board)}`, { headers });
      missing.value = answer.status === 404;
      if (!answer.ok && answer.status !== 304) return;
      // The bytes of a snapshot are made once a version: only the header says what time it is now.
      const at = Date.parse(answer.headers.get('Date') ?? '');
      if (answer.ok) {
        const snapshot = (await answer.json()) as Snapshot;
        etag = answer.headers.get('ETag') ?? '';
        take(snapshot);
      }
      hear(at);
    } catch {
      // No line: the page says so, and the next poll tries again.
    }
  }

  function take(snapshot: Snapshot): void {
    const { rows: next, version: number, ...rest } = snapshot;
    batch(() => {
      moves.value = head.value === null ? moves.value : follow(moves.value, rows.value, next, performance.now());
      head.value = rest;
      rows.value = next;
      version.value = number;
    });
    if (snapshot.state === 'final') stop();
  }

  function onDelta(delta: Delta): void {
    const shown = head.value;
    if (shown === null || shown.state === 'final') return;
    hear(delta.now);
    const isStateOnly = delta.rows.length === 0 && delta.removed.length === 0;
    if (delta.version < version.value) return;
    if (delta.version === version.value && !isStateOnly) return;
    const next = delta.version > version.value + 1 ? null : applyDelta(rows.value, delta);
    if (next === null) {
      etag = '';
      fetchLater();
      return;
    }
    batch(() => {
      moves.value = follow(moves.value, rows.value, next, performance.now());
      rows.value = next;
      version.value = delta.version;
      head.value = { ...shown, now: delta.now, data_at: delta.data_at, state: delta.state, provisional: delta.provisional };
    });
    // The certified snapshot is taken whole, so that what stays on the screen is what was published.
    if (delta.state === 'final') void fetchSnapshot();
  }

  function fetchLater(): void {
    gapTimer ??= setTimeout(() => {
      gapTimer = null;
      void fetchSnapshot();
    }, Math.random() * GAP_JITTER_MS);
  }

  /** Follow the board; the answer tells the version, so a page that missed something learns it. */
  async function watch(): Promise<void> {
    try {
      const reply = await line.request('watch', { board });
      if (!reply.ok) return;
      hear(null);
      await fetching;
      if (head.value === null) await fetchSnapshot();
      if (reply['version'] !== version.value) fetchLater();
    } catch {
      // No answer: the next connection or the next question watches again.
    }
  }

  function silenceMs(): number {
    return heardAt === null ? 0 : performance.now() - heardAt;
  }

  function stop(): void {
    line.close();
    for (const timer of timers) clearInterval(timer);
    timers = [];
    if (gapTimer !== null) clearTimeout(gapTimer);
  }

  function start(): void {
    line.onConnect(() => void watch());
    line.onPush('delta', onDelta as (message: never) => void);
    let askAfterMs = ASK_AFTER_MS;
    timers = [
      setInterval(() => {
        second.value += 1;
        moves.value = prune(moves.value, performance.now());
        if (line.state.value === 'online' && silenceMs() > askAfterMs) {
          askAfterMs = ASK_AFTER_MS * (1 + Math.random() / 5);
          void watch();
        }
      }, SECOND_MS),
      setInterval(() => {
        if (line.state.value !== 'online' || head.value === null) void fetchSnapshot();
      }, POLL_MS),
    ];
    void fetchSnapshot();
  }

  const ranks = computed(() => ranksOf(rows.value));
  const positions = computed(() => new Map(rows.value.map((row, index) => [row.id, index] as const)));
  const formations = computed(() => [...new Set(rows.value.map((row) => row.formation))].filter(Boolean).sort());
  const shown = computed((): Listed[] => listed(rows.value, ranks.value, formation.value));
  const found = computed(() => find(shown.value.map(({ row }) => row.id), search.value));
  /** The position in the list that the search stands on, or null. */
  const foundIndex = computed(() => found.value[foundAt.value % Math.max(1, found.value.length)] ?? null);

  return {
    board, head, rows, version, moves, missing, search, formation, formations, mine, ranks, positions, shown,
    found, foundAt, foundIndex, second,
    lineState: line.state,
    start, fetchSnapshot, silenceMs,
    /** Server time now, or null before the server has told it. */
    serverNow: () => (serverAhead === null ? null : performance.now() + serverAhead),
    freshness: () => freshness(head.value?.state ?? 'live', line.state.value, silenceMs()),
    ask(text: string) {
      batch(() => {
        search.value = text;
        foundAt.value = 0;
      });
    },
    nextFound(step: 1 | -1) {
      const count = found.value.length;
      if (count > 0) foundAt.value = (foundAt.value + step + count) % count;
    },
    setMine(number: string) {
      mine.value = number;
      kept.write('my-number', number);
    },
  };
}

export type Ctrl = ReturnType<typeof makeCtrl>;

/** Rows with their ranks; in one formation each also has its rank there, shared as on the whole. */
function listed(rows: readonly Row[], ranks: readonly number[], formation: string): Listed[] {
  const all = rows.map((row, index) => ({ row, rank: ranks[index] ?? index + 1, formationRank: null }));
  if (formation === '') return all;
  const chosen: Listed[] = [];
  for (const one of all) {
    if (one.row.formation !== formation) continue;
    const before = chosen.at(-1);
    const isShared = before !== undefined && before.rank === one.rank;
    chosen.push({ ...one, formationRank: isShared ? before.formationRank : chosen.length + 1 });
  }
  return chosen;
}
