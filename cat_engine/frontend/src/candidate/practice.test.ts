import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Item } from './interfaces';
import { makePractice, PRACTICE_MINUTES } from './practice';

const items: Item[] = [1, 2].map((itemNo) => ({
  item_no: itemNo, section: 'practice', kind: 'choice', stem: `Latihan ${itemNo}`, image: null, stimulus: null,
  options: ['A', 'B'].map((letter) => ({ letter, text: letter, image: null })),
}));

describe('practice', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a response is saving, then saved, as in the exam', async () => {
    const practice = makePractice(items, () => {});

    practice.respond(1, { choice: 'A' });
    expect(practice.saved.value[1]).toBe('saving');
    await vi.advanceTimersByTimeAsync(1_000);

    expect(practice.saved.value[1]).toBe('saved');
    expect(practice.answeredCount.value).toBe(1);
  });

  test('the way among items ends at the first and the last', () => {
    const practice = makePractice(items, () => {});

    practice.go(-1);
    practice.go(1);
    practice.go(2);

    expect(practice.item.value?.item_no).toBe(2);
  });

  test('a mark comes and goes, and the clock runs', async () => {
    const practice = makePractice(items, () => {});

    practice.toggleFlag(2);
    expect([...practice.flags.value]).toEqual([2]);
    practice.toggleFlag(2);
    await vi.advanceTimersByTimeAsync(60_000);

    expect([...practice.flags.value]).toEqual([]);
    expect(practice.timeLeft()).toBe((PRACTICE_MINUTES - 1) * 60_000);
  });

  test('finishing ends it', () => {
    const ended = vi.fn();

    makePractice(items, ended).endPart();

    expect(ended).toHaveBeenCalledOnce();
  });
});
