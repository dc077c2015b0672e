/** What a reader does with versions, deltas and positions; the same rules as scoring/board.py. */
import type { Delta, Row } from './interfaces';

/** The rows of the next version: named rows are taken out, then put in, lowest position first. */
export function applyDelta(rows: readonly Row[], delta: Pick<Delta, 'rows' | 'removed'>): Row[] {
  const named = new Set([...delta.rows.map(([, row]) => row.id), ...delta.removed]);
  const next = rows.filter((row) => !named.has(row.id));
  for (const [position, row] of delta.rows) next.splice(position, 0, row);
  return next;
}

/** Ranks from positions: counted from 1, shared with the row before where a row is tied. */
export function ranksOf(rows: readonly Row[]): number[] {
  const ranks: number[] = [];
  rows.forEach((row, index) => ranks.push(row.tied && index > 0 ? (ranks[index - 1] ?? 1) : index + 1));
  return ranks;
}

/** How many places each row rose (above 0) or fell since the version before. */
export function movesBetween(before: readonly Row[], after: readonly Row[]): Map<string, number> {
  const oldRanks = ranksOf(before);
  const places = new Map(before.map((row, index) => [row.id, oldRanks[index] ?? 0] as const));
  const ranks = ranksOf(after);
  const moves = new Map<string, number>();
  after.forEach((row, index) => {
    const old = places.get(row.id);
    const move = old === undefined ? 0 : old - (ranks[index] ?? 0);
    if (move !== 0) moves.set(row.id, move);
  });
  return moves;
}
