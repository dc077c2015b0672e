/** Full screen, offered where the browser can; leaving it costs nothing and is noticed. */
import { useEffect, useState } from 'preact/hooks';
import type { Texts } from '../../lib/i18n';

function useFullScreen(): boolean {
  const [isFull, setFull] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const follow = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', follow);
    return () => document.removeEventListener('fullscreenchange', follow);
  }, []);
  return isFull;
}

async function toggle(isFull: boolean): Promise<void> {
  try {
    await (isFull ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  } catch {
    // Refused by the browser or its owner: the exam goes on in the window.
  }
}

/** `isTool`: the small button of the head; otherwise a full one that is gone in full screen. */
export function FullScreen({ t, isTool }: { t: Texts; isTool: boolean }) {
  const isFull = useFullScreen();
  if (!document.fullscreenEnabled || (isFull && !isTool)) return null;
  const label = t('candidate.full_screen');
  if (!isTool) return <button type="button" class="button" onClick={() => void toggle(isFull)}>{label}</button>;
  return (
    <button type="button" onClick={() => void toggle(isFull)} aria-pressed={isFull} aria-label={label} title={label}>
      <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true">
        <path d="M1 5V1h4M11 1h4v4M15 11v4h-4M5 15H1v-4" fill="none" stroke="currentColor" stroke-width="2" />
      </svg>
    </button>
  );
}
