/** How far the page may be believed. Pure. */
import type { LineState } from '../lib/socket';
import type { Head } from './interfaces';

export type Freshness = 'final' | 'live' | 'waiting' | 'old';

/** Silence after which a page with a line asks whether it still has the newest version. */
export const ASK_AFTER_MS = 20_000;
/** Silence after which the page says in a sentence that its data is old. */
export const OLD_AFTER_MS = 32_000;

/**
 * `waiting`: the line is lost and the data still young. A board that nothing happens on is `live`,
 * because the page has asked; a final one never grows old.
 */
export function freshness(state: Head['state'], line: LineState, silenceMs: number): Freshness {
  if (state === 'final') return 'final';
  if (silenceMs >= OLD_AFTER_MS) return 'old';
  return line === 'offline' ? 'waiting' : 'live';
}
