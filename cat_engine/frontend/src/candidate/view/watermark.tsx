/** Number, seat and time, faint over the item: a photograph tells where it was taken. */
import { useEffect, useRef } from 'preact/hooks';
import type { View } from '../interfaces';

const MINUTE_MS = 60_000;

export function Watermark({ view }: { view: View }) {
  const element = useRef<HTMLDivElement>(null);
  const shownAt = useRef({ now: view.now, at: performance.now() });
  const who = `${view.candidate.participant_no} · ${view.exam.room} ${view.exam.seat}`;
  useEffect(() => {
    const draw = () => {
      const now = shownAt.current.now + performance.now() - shownAt.current.at;
      if (element.current) element.current.style.backgroundImage = `url("${drawing(who, timeText(now))}")`;
    };
    draw();
    const again = setInterval(draw, MINUTE_MS);
    return () => clearInterval(again);
  }, [who]);
  return <div class="watermark" aria-hidden="true" ref={element} />;
}

function timeText(now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `${date} ${time.slice(0, 5)} UTC`;
}

/** A tile that repeats. Mid grey shows on white, on black and on pictures alike. */
export function drawing(who: string, when: string): string {
  const line = (y: number, text: string) =>
    `<text x="50%" y="${y}" text-anchor="middle">${text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</text>`;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="360" height="200"><g transform="rotate(-24 180 100)" ` +
    `font-family="sans-serif" font-size="17" fill="#808080" fill-opacity=".16">${line(94, who)}${line(118, when)}</g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
