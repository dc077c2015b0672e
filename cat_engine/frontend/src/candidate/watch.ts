/**
 * What the page notices beside the work, added up and reported together.
 *
 * Promised: at most a few reports a minute whatever happens, and nothing that was noticed is left
 * out of the counts; what is over the budget waits for the next report. Indicators, no verdicts.
 */
export type Kind = 'focus_lost' | 'focus_back' | 'full_screen_left' | 'copy' | 'paste' | 'print' | 'second_screen';
export type Report = (kind: Kind, count: number, lastedMs: number) => void;

const PERIOD_MS = 15_000;
const MINUTE_MS = 60_000;
/** Below the server's own bound, so that an honest page never meets it. */
export const REPORTS_A_MINUTE = 10;
const COUNT_LIMIT = 1_000;
const LASTED_LIMIT_MS = 24 * 3_600_000;

export interface Options {
  now?: () => number;
  later?: (work: () => void, delayMs: number) => void;
}

interface Sum {
  count: number;
  lastedMs: number;
}

export function makeWatch(report: Report, options: Options = {}) {
  const now = options.now ?? (() => performance.now());
  const later = options.later ?? ((work, delayMs) => void setTimeout(work, delayMs));
  const waiting = new Map<Kind, Sum>();
  const reportedAt = new Map<Kind, number>();
  let recent: number[] = [];
  let isDue = false;
  let lostAt: number | null = null;

  function note(kind: Kind, lastedMs = 0): void {
    const before = waiting.get(kind) ?? { count: 0, lastedMs: 0 };
    waiting.set(kind, { count: before.count + 1, lastedMs: before.lastedMs + lastedMs });
    if (now() - (reportedAt.get(kind) ?? -PERIOD_MS) >= PERIOD_MS) tell(kind);
    if (waiting.size > 0 && !isDue) {
      isDue = true;
      later(flush, PERIOD_MS);
    }
  }

  function flush(): void {
    isDue = false;
    for (const kind of [...waiting.keys()]) tell(kind);
    if (waiting.size > 0) {
      isDue = true;
      later(flush, PERIOD_MS);
    }
  }

  function tell(kind: Kind): void {
    const sum = waiting.get(kind);
    recent = recent.filter((at) => now() - at < MINUTE_MS);
    if (sum === undefined || recent.length >= REPORTS_A_MINUTE) return;
    waiting.delete(kind);
    recent.push(now());
    reportedAt.set(kind, now());
    report(kind, Math.min(sum.count, COUNT_LIMIT), Math.min(Math.round(sum.lastedMs), LASTED_LIMIT_MS));
  }

  return {
    note,
    flush,
    lose(): void {
      if (lostAt !== null) return;
      lostAt = now();
      note('focus_lost');
    },
    find(): void {
      if (lostAt === null) return;
      note('focus_back', now() - lostAt);
      lostAt = null;
    },
  };
}

export type Watch = ReturnType<typeof makeWatch>;

/** Listen while `isWorking`; the clipboard and the printer stay out of the exam. */
export function listen(watch: Watch, isWorking: () => boolean): void {
  const whileWorking = (act: (event: Event) => void) => (event: Event) => {
    if (isWorking()) act(event);
  };
  const keepOut = (kind: Kind) =>
    whileWorking((event) => {
      event.preventDefault();
      watch.note(kind);
    });
  window.addEventListener('blur', whileWorking(() => watch.lose()));
  window.addEventListener('focus', () => watch.find());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') watch.find();
    else if (isWorking()) watch.lose();
  });
  for (const name of ['copy', 'cut']) document.addEventListener(name, keepOut('copy'));
  document.addEventListener('paste', keepOut('paste'));
  window.addEventListener('beforeprint', whileWorking(() => watch.note('print')));
  document.addEventListener('keydown', (event) => {
    const isPrint = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'p';
    if (isPrint) keepOut('print')(event);
  });
  document.addEventListener('fullscreenchange', whileWorking(() => {
    if (document.fullscreenElement === null) watch.note('full_screen_left');
  }));
  watchScreens(watch, isWorking);
}

const SCREEN_CHECK_MS = 5_000;

/** A second screen, where the browser says so: once when it is there, again when it comes back. */
function watchScreens(watch: Watch, isWorking: () => boolean): void {
  const seen = window.screen as Screen & { isExtended?: boolean };
  if (seen.isExtended === undefined) return;
  let wasExtended = false;
  setInterval(() => {
    const isExtended = isWorking() && seen.isExtended === true;
    if (isExtended && !wasExtended) watch.note('second_screen');
    wasExtended = isExtended;
  }, SCREEN_CHECK_MS);
}
