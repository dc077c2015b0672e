import { describe, expect, test } from 'vitest';
import { makeWatch, REPORTS_A_MINUTE, type Kind } from './watch';

function makeStage() {
  const stage = { now: 0, told: [] as [Kind, number, number][], due: [] as [number, () => void][] };
  const watch = makeWatch((kind, count, lasted) => void stage.told.push([kind, count, lasted]), {
    now: () => stage.now,
    later: (work, delayMs) => void stage.due.push([stage.now + delayMs, work]),
  });
  const pass = (durationMs: number) => {
    const end = stage.now + durationMs;
    for (;;) {
      stage.due.sort((a, b) => a[0] - b[0]);
      const next = stage.due[0];
      if (next === undefined || next[0] > end) break;
      stage.due.shift();
      stage.now = next[0];
      next[1]();
    }
    stage.now = end;
  };
  return { stage, watch, pass };
}

describe('what is noticed', () => {
  test('is told at once, and how long it lasted when it is over', () => {
    const { stage, watch, pass } = makeStage();

    watch.lose();
    watch.lose();
    pass(4_200);
    watch.find();
    watch.find();

    expect(stage.told).toEqual([['focus_lost', 1, 0], ['focus_back', 1, 4_200]]);
  });

  test('is added up when it comes again and again', () => {
    const { stage, watch, pass } = makeStage();

    for (let i = 0; i < 50; i += 1) watch.note('copy');
    expect(stage.told).toEqual([['copy', 1, 0]]);
    pass(15_000);

    expect(stage.told).toEqual([['copy', 1, 0], ['copy', 49, 0]]);
  });

  test('stays within the budget of a minute, and no count is lost', () => {
    const { stage, watch, pass } = makeStage();
    const kinds: Kind[] = ['focus_lost', 'focus_back', 'full_screen_left', 'copy', 'paste', 'print', 'second_screen'];

    for (let second = 0; second < 60; second += 1) {
      for (const kind of kinds) watch.note(kind);
      pass(1_000);
    }
    expect(stage.told.length).toBeLessThanOrEqual(REPORTS_A_MINUTE);
    pass(300_000);

    expect(stage.told.reduce((sum, [, count]) => sum + count, 0)).toBe(60 * kinds.length);
  });
});
