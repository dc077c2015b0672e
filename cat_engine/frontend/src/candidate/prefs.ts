/** How this person wants to see the exam; kept on this computer only. It starts as the standing profile says. */
import { effect, signal } from '@preact/signals';
import type { View } from './interfaces';

const SIZES = [0.9, 1, 1.2, 1.45, 1.75];
/** Above this scale nothing sticks to the screen's edge: it would cover the item. */
const LARGE_FROM = 1.3;
/** Index into SIZES of each text size that a profile can name. */
const SIZE_OF = { normal: 1, large: 3, largest: 4 } as const;

export function makePrefs() {
  const size = signal(Number(read('size') ?? 1));
  const contrast = signal(read('contrast') === 'high');
  const hidesTime = signal(false);
  const tellsTime = signal(true);
  effect(() => {
    const scale = SIZES[size.value] ?? 1;
    document.documentElement.style.setProperty('--scale', String(scale));
    document.documentElement.classList.toggle('high-contrast', contrast.value);
    document.documentElement.classList.toggle('large-text', scale > LARGE_FROM);
    write('size', String(size.value));
    write('contrast', contrast.value ? 'high' : 'plain');
  });
  return {
    size, contrast, hidesTime, tellsTime,
    /** Begin as the profile says, once for each person and exam; later choices are the person's own. */
    begin(view: View) {
      const person = view.candidate;
      tellsTime.value = person.timer !== 'request';
      hidesTime.value = person.timer !== 'shown';
      const key = `${view.exam.id}/${person.participant_no}`;
      if (read('begun') === key) return;
      write('begun', key);
      size.value = SIZE_OF[person.text_size];
      contrast.value = person.contrast === 'high';
    },
    smaller: () => (size.value = Math.max(0, size.value - 1)),
    usual: () => (size.value = 1),
    larger: () => (size.value = Math.min(SIZES.length - 1, size.value + 1)),
    toggleContrast: () => (contrast.value = !contrast.value),
    toggleTime: () => (hidesTime.value = !hidesTime.value),
  };
}

export type Prefs = ReturnType<typeof makePrefs>;

function read(name: string): string | null {
  try {
    return localStorage.getItem(`exam-${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`exam-${name}`, value);
  } catch {
    // A profile that keeps nothing: the choice holds for this page.
  }
}
