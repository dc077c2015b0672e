/** Which rows of a long list are in sight, so that only they stand in the page. Pure. */

export interface Range {
  first: number;
  /** One after the last. */
  last: number;
}

/** Rows drawn beyond each edge, so that slow scrolling shows no gaps. */
export const OVERSCAN = 8;

/**
 * Args: `topPx` is where the list begins, counted from the upper edge of what is in sight
 * (below 0 once scrolled); `sightPx` is how much is in sight.
 */
export function visibleRange(topPx: number, sightPx: number, rowPx: number, count: number): Range {
  const height = Math.max(1, rowPx);
  const last = Math.min(count, Math.max(0, Math.ceil((sightPx - topPx) / height)) + OVERSCAN);
  const first = Math.min(Math.max(0, Math.floor(-topPx / height) - OVERSCAN), Math.max(0, last - 1));
  return { first, last };
}
