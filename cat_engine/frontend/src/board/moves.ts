/** Who has risen or fallen lately: a burst of small moves is told as one. Pure. */
import { ranksOf } from './delta';
import type { Row } from './interfaces';

export interface Move {
  /** Rank before the burst began. */
  from: number;
  /** Places risen (above 0) or fallen (below 0) since. Never 0. */
  places: number;
  at: number;
}
export type Moves = ReadonlyMap<string, Move>;

/** How long a move is told after it happened. */
export const TOLD_MS = 30_000;

/** The moves to tell after a new version, at monotonic time `now`. */
export function follow(told: Moves, before: readonly Row[], after: readonly Row[], now: number): Moves {
  const oldRanks = ranksOf(before);
  const old = new Map(before.map((row, index) => [row.id, oldRanks[index] ?? 0] as const));
  const ranks = ranksOf(after);
  const next = new Map<string, Move>();
  after.forEach((row, index) => {
    const was = old.get(row.id);
    const rank = ranks[index] ?? 0;
    const earlier = told.get(row.id);
    const isTold = earlier !== undefined && now - earlier.at < TOLD_MS;
    if (was === undefined) return;
    if (was === rank) {
      if (isTold) next.set(row.id, earlier);
      return;
    }
    const from = isTold ? earlier.from : was;
    if (from !== rank) next.set(row.id, { from, places: from - rank, at: now });
  });
  return next;
}

/** The same moves without those told long enough; the same object when none is. */
export function prune(told: Moves, now: number): Moves {
  const kept = [...told].filter(([, move]) => now - move.at < TOLD_MS);
  return kept.length === told.size ? told : new Map(kept);
}
