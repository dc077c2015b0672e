/**
 * State of a board's page: a snapshot, then deltas that follow on it.
 *
 * Promised: the rows shown are the rows of the version shown. A delta that follows on another version
 * is held, and the snapshot is fetched again, at a moment of chance so that a hall full of phones does
 * not ask at one instant; what is held and follows on it is then taken in. A page that has heard
 * nothing for a while opens its stream anew; without a line it asks for the snapshot by its ETag. A
 * final board asks for nothing more.
 */
import { batch, computed, signal } from '@preact/signals';
import { applyDelta, ranksOf } from './delta';
import { find } from './finding';
import { ASK_AFTER_MS, freshness } from './freshness';
import type { Beat, Delta, Head, Row, Snapshot } from './interfaces';
import * as kept from './kept';
import { follow, prune, type Moves } from './moves';
import type { Stream } from './stream';

const POLL_MS = 15_000;
const GAP_JITTER_MS = 2_000;
const SECOND_MS = 1_000;
/** Deltas that wait for a snapshot they follow on; more than the server keeps would be of no use. */
const HELD_LIMIT = 100;

export interface Listed {
  row: Row;
  rank: number;
  /** Rank among the rows of the chosen formation; null when all are shown. */
  formationRank: number | null;
}

export function makeCtrl(stream: Stream, board: string) {
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
  /** Whether the rows are known to be those of the version: then its name is enough to ask by. */
  let isSure = false;
  let isOpened = false;
  let held: Delta[] = [];
  let fetching: Promise<void> | null = null;
  let isAskedAgain = false;
  let gapTimer: ReturnType<typeof setTimeout> | null = null;
  let timers: ReturnType<typeof setInterval>[] = [];

  /** The server was heard of; `now` is its own time, and it read the journal `ageMs` ago. */
  function hear(now: number, ageMs = 0): void {
    const at = performance.now();
    if (Number.isFinite(now)) serverAhead = now - at;
    heardAt = at - Math.max(0, ageMs);
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
      const headers: Record<string, string> = isSure ? { 'If-None-Match': etag() } : {};
      const answer = await fetch(`/api/v1/boards/${encodeURIComponent(board)}`, { headers });
      missing.value = answer.status === 404;
      if (!answer.ok && answer.status !== 304) return;
      // The bytes of a snapshot are made once a version: only the header says what time it is now.
      const at = Date.parse(answer.headers.get('Date') ?? '');
      if (answer.ok) {
        const snapshot = (await answer.json()) as Snapshot;
        hear(at);
        take(snapshot);
      }
      hear(at);
      if (!isOpened && head.value?.state !== 'final') openStream();
    } catch {
      // No line: the page says so, and the next poll tries again.
    }
  }

  /** A version names the same rows in every process, so its ETag is known without having been told. */
  function etag(): string {
    return `"${version.value}-${head.value?.state ?? ''}"`;
  }

  function take(snapshot: Snapshot): void {
    const { rows: next, version: number, ...rest } = snapshot;
    batch(() => {
      moves.value = head.value === null ? moves.value : follow(moves.value, rows.value, next, performance.now());
      head.value = rest;
      rows.value = next;
      version.value = number;
      isSure = true;
    });
    if (snapshot.state === 'final') stop();
    const waiting = held;
    held = [];
    for (const delta of waiting) if (delta.version > version.value) takeIn(delta);
  }

  function onDelta(delta: Delta): void {
    if (head.value === null || head.value.state === 'final') return;
    hear(delta.now);
    takeIn(delta);
  }

  function takeIn(delta: Delta): void {
    const shown = head.value;
    if (shown === null || shown.state === 'final') return;
    const isStateOnly = delta.version === delta.after;
    if (delta.version < version.value) return;
    if (delta.version === version.value && !isStateOnly) return;
    const next = delta.after === version.value ? applyDelta(rows.value, delta) : null;
    if (next === null) {
      if (delta.after === version.value) isSure = false;
      else held = [...held, delta].slice(-HELD_LIMIT);
      fetchLater();
      return;
    }
    batch(() => {
      moves.value = follow(moves.value, rows.value, next, performance.now());
      rows.value = next;
      version.value = delta.version;
      stand(shown, delta);
    });
  }

  /** Where the board stands. A final one is shown when it is there whole, as it was published. */
  function stand(shown: Head, told: Delta | Beat): void {
    if (told.state === 'final') void fetchSnapshot();
    else head.value = { ...shown, now: told.now, data_at: told.data_at, state: told.state, provisional: told.provisional };
  }

  function onBeat(beat: Beat): void {
    const shown = head.value;
    if (shown === null || shown.state === 'final') return;
    hear(beat.now, beat.now - beat.as_of);
    if (beat.version !== version.value) fetchLater();
    else if (beat.state !== shown.state) stand(shown, beat);
  }

  function fetchLater(): void {
    gapTimer ??= setTimeout(() => {
      gapTimer = null;
      void fetchSnapshot();
    }, Math.random() * GAP_JITTER_MS);
  }

  /** Follow from the version shown; the first answer is a beat, so what was missed is learnt. */
  function openStream(): void {
    isOpened = true;
    stream.open(version.value);
  }

  function silenceMs(): number {
    return heardAt === null ? 0 : performance.now() - heardAt;
  }

  function stop(): void {
    stream.close();
    for (const timer of timers) clearInterval(timer);
    timers = [];
    if (gapTimer !== null) clearTimeout(gapTimer);
  }

  function start(): void {
    stream.onDelta(onDelta);
    stream.onBeat(onBeat);
    let askAfterMs = ASK_AFTER_MS;
    timers = [
      setInterval(() => {
        second.value += 1;
        moves.value = prune(moves.value, performance.now());
        if (isOpened && silenceMs() > askAfterMs) {
          askAfterMs = silenceMs() + ASK_AFTER_MS * (1 + Math.random() / 5);
          openStream();
        }
        if (silenceMs() < ASK_AFTER_MS) askAfterMs = ASK_AFTER_MS;
      }, SECOND_MS),
      setInterval(() => {
        if (stream.state.value !== 'online' || head.value === null) void fetchSnapshot();
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
    lineState: stream.state,
    start, fetchSnapshot, silenceMs,
    /** Server time now, or null before the server has told it. */
    serverNow: () => (serverAhead === null ? null : performance.now() + serverAhead),
    freshness: () => freshness(head.value?.state ?? 'live', stream.state.value, silenceMs()),
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
