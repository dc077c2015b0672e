/** How this person wants to see the exam; kept on this computer only. */
import { effect, signal } from '@preact/signals';

const SIZES = [0.9, 1, 1.2, 1.45, 1.75];
/** Above this scale nothing sticks to the screen's edge: it would cover the item. */
const LARGE_FROM = 1.3;

export function makePrefs() {
  const size = signal(Number(read('size') ?? 1));
  const contrast = signal(read('contrast') === 'high');
  const hidesTime = signal(false);
  effect(() => {
    const scale = SIZES[size.value] ?? 1;
    document.documentElement.style.setProperty('--scale', String(scale));
    document.documentElement.classList.toggle('high-contrast', contrast.value);
    document.documentElement.classList.toggle('large-text', scale > LARGE_FROM);
    write('size', String(size.value));
    write('contrast', contrast.value ? 'high' : 'plain');
  });
  return {
    size, contrast, hidesTime,
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
