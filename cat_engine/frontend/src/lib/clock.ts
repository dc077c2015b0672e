/** Time left by the server's word; between two words this page's monotonic clock counts. */

export interface Clock {
  /** Take the server's word: how much time was left, and whether the clock runs. */
  set(timeLeftMs: number | null, running: boolean): void;
  /** Milliseconds left now, or null when no part runs. */
  left(): number | null;
}

/** `now` is a clock that nobody can set: performance.now. */
export function makeClock(now: () => number = () => performance.now()): Clock {
  let leftMs: number | null = null;
  let setAt = 0;
  let runs = false;
  return {
    set(timeLeftMs, running) {
      leftMs = timeLeftMs;
      setAt = now();
      runs = running;
    },
    left() {
      if (leftMs === null) return null;
      return Math.max(0, leftMs - (runs ? now() - setAt : 0));
    },
  };
}
