/** Practice on the real page: the same controls, nothing sent, nothing kept. */
import { computed, signal } from '@preact/signals';
import { makeClock } from '../lib/clock';
import type { Ctrl } from './ctrl';
import type { Item, Response, Saved } from './interfaces';

export const PRACTICE_MINUTES = 10;
const SAVE_MS = 300;

/** What the exam's page needs to be worked with; the real exam gives it as well. */
export type Working = Pick<
  Ctrl,
  'items' | 'item' | 'current' | 'responses' | 'flags' | 'saved' | 'answeredCount' | 'timeLeft' | 'respond' | 'toggleFlag' | 'go' | 'beat'
> & { endPart: () => void };

/** `onEnd` is called when the person has finished, or when the practice time is over. */
export function makePractice(practiceItems: readonly Item[], onEnd: () => void): Working {
  const clock = makeClock();
  clock.set(PRACTICE_MINUTES * 60_000, true);
  const items = computed(() => [...practiceItems]);
  const current = signal(0);
  const responses = signal<Record<number, Response>>({});
  const flags = signal<ReadonlySet<number>>(new Set());
  const saved = signal<Record<number, Saved>>({});
  return {
    items, current, responses, flags, saved,
    item: computed(() => items.value[current.value]),
    answeredCount: computed(() => items.value.filter((one) => responses.value[one.item_no] != null).length),
    timeLeft: () => clock.left(),
    respond(itemNo, response) {
      responses.value = { ...responses.value, [itemNo]: response };
      saved.value = { ...saved.value, [itemNo]: 'saving' };
      setTimeout(() => (saved.value = { ...saved.value, [itemNo]: 'saved' }), SAVE_MS);
    },
    toggleFlag(itemNo) {
      const next = new Set(flags.value);
      if (!next.delete(itemNo)) next.add(itemNo);
      flags.value = next;
    },
    go(index) {
      if (index >= 0 && index < items.value.length) current.value = index;
    },
    endPart: onEnd,
    beat: async () => onEnd(),
  };
}
