/** Times and names in words. */
import type { Texts } from '../../lib/i18n';
import type { Ctrl } from '../ctrl';
import type { Row } from '../interfaces';
import type { Moment } from '../since';

export interface Props {
  ctrl: Ctrl;
  t: Texts;
}

/** A shape for every state, beside its word and its colour. */
export const SHAPES: Record<string, string> = {
  absent: '–',
  waiting: '◌',
  ready: '○',
  working: '●',
  line_lost: '✕',
  paused: '‖',
  finished: '✓',
  void: '∅',
};
export const STATUSES = Object.keys(SHAPES);

/** A duration as 04:05, with hours only where there are some. */
export function spanText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts
    .slice(parts[0] === 0 ? 1 : 0)
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** How long ago, and honestly "more than" where the beginning was not seen. */
export function sinceText(moment: Moment | null, now: number, t: Texts): string {
  if (moment === null) return '';
  const time = spanText(Math.abs(now - moment.at));
  return moment.isExact ? time : t('proctor.at_least', { time });
}

export function seatName(row: Row): string {
  return `${row.room}-${row.seat}`;
}
