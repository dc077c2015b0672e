/** What a reader does with versions, deltas and positions; the same rules as scoring/board.py. */
import type { Delta, Row } from './interfaces';

/**
 * The rows of the next version: named rows are taken out, then put in, lowest position first.
 * Null when a position lies beyond the rows: the delta belongs to another version than these rows.
 */
export function applyDelta(
  rows: readonly Row[],
  delta: Pick<Delta, 'rows' | 'removed'>,
): readonly Row[] | null {
  if (delta.rows.length === 0 && delta.removed.length === 0) return rows;
  const named = new Set([...delta.rows.map(([, row]) => row.id), ...delta.removed]);
  const kept = rows.filter((row) => !named.has(row.id));
  const next: Row[] = [];
  let taken = 0;
  for (const [position, row] of delta.rows) {
    while (next.length < position) {
      const one = kept[taken];
      if (one === undefined) return null;
      next.push(one);
      taken += 1;
    }
    next.push(row);
  }
  for (; taken < kept.length; taken += 1) next.push(kept[taken]!);
  return next;
}

/** Ranks from positions: counted from 1, shared with the row before where a row is tied. */
export function ranksOf(rows: readonly Row[]): number[] {
  const ranks: number[] = [];
  rows.forEach((row, index) => ranks.push(row.tied && index > 0 ? (ranks[index - 1] ?? 1) : index + 1));
  return ranks;
}
