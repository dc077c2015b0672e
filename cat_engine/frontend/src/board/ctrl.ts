/** State of a board's page: a snapshot, then deltas; a gap in versions fetches the snapshot again. */
import { batch, computed, signal } from '@preact/signals';
import type { Line } from '../lib/socket';
import { applyDelta, movesBetween, ranksOf } from './delta';
import type { Delta, Head, Row, Snapshot } from './interfaces';

const POLL_MS = 15_000;
const MOVED_SHOWN_MS = 3_000;

export function makeCtrl(line: Line, board: string) {
  const head = signal<Head | null>(null);
  const rows = signal<readonly Row[]>([]);
  const version = signal(0);
  const moves = signal<ReadonlyMap<string, number>>(new Map());
  const missing = signal(false);
  const search = signal('');
  const formation = signal('');
  const mine = signal(read('my-number'));
  const receivedAt = signal(0);
  let fetching = false;
  let etag = '';

  async function fetchSnapshot(): Promise<void> {
    if (fetching) return;
    fetching = true;
    try {
      const headers: Record<string, string> = etag ? { 'If-None-Match': etag } : {};
      const answer = await fetch(`/api/v1/boards/${encodeURIComponent(board)}`, { headers });
      if (answer.status === 404) missing.value = true;
      if (answer.ok) {
        etag = answer.headers.get('ETag') ?? '';
        take((await answer.json()) as Snapshot);
      }
      if (answer.ok || answer.status === 304) receivedAt.value = performance.now();
    } catch {
      // No line: the socket's state says so on the page, and the next poll tries again.
    } finally {
      fetching = false;
    }
  }

  function take(snapshot: Snapshot): void {
    const { rows: next, version: number, ...rest } = snapshot;
    batch(() => {
      missing.value = false;
      head.value = rest;
      rows.value = next;
      version.value = number;
    });
    if (snapshot.state === 'final') line.close();
  }

  function onDelta(delta: Delta): void {
    const shown = head.value;
    if (shown === null) return;
    receivedAt.value = performance.now();
    if (delta.version > version.value + 1 || (delta.version === version.value && delta.rows.length > 0)) {
      setTimeout(() => void fetchSnapshot(), Math.random() * 2_000);
      return;
    }
    if (delta.version < version.value) return;
    const before = rows.value;
    const next = delta.rows.length > 0 || delta.removed.length > 0 ? applyDelta(before, delta) : before;
    batch(() => {
      rows.value = next;
      version.value = delta.version;
      head.value = { ...shown, now: delta.now, data_at: delta.data_at, state: delta.state, provisional: delta.provisional };
      moves.value = movesBetween(before, next);
    });
    setTimeout(() => (moves.value = new Map()), MOVED_SHOWN_MS);
    if (delta.state === 'final') void fetchSnapshot();
  }

  line.onConnect(() => {
    void (async () => {
      await fetchSnapshot();
      try {
        const reply = await line.request('watch', { board });
        if (reply.ok && reply['version'] !== version.value) await fetchSnapshot();
      } catch {
        // No answer: the next connection watches again.
      }
    })();
  });
  line.onPush('delta', onDelta as (message: never) => void);

  const ranks = computed(() => ranksOf(rows.value));
  const formations = computed(() => [...new Set(rows.value.map((row) => row.formation))].filter(Boolean).sort());
  const shown = computed(() => {
    const chosen = formation.value;
    const numbered = rows.value.map((row, index) => ({ row, rank: ranks.value[index] ?? index + 1 }));
    return chosen ? numbered.filter(({ row }) => row.formation === chosen) : numbered;
  });

  return {
    head, rows, version, moves, missing, search, formation, formations, mine, ranks, shown,
    lineState: line.state,
    fetchSnapshot,
    /** Milliseconds since the server was last heard of. */
    silenceMs: () => (receivedAt.value === 0 ? null : performance.now() - receivedAt.value),
    setMine(number: string) {
      mine.value = number;
      write('my-number', number);
    },
    keepPolling() {
      setInterval(() => {
        if (head.value?.state !== 'final' && (line.state.value !== 'online' || head.value === null)) {
          void fetchSnapshot();
        }
      }, POLL_MS);
    },
  };
}

export type Ctrl = ReturnType<typeof makeCtrl>;

function read(name: string): string {
  try {
    return localStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A device that keeps nothing: the number holds for this page.
  }
}
