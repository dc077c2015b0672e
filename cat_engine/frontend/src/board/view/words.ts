/** Rows and states in words. */
import type { Texts } from '../../lib/i18n';
import type { Ctrl } from '../ctrl';
import type { Head, Key, Row } from '../interfaces';

export interface Props {
  ctrl: Ctrl;
  t: Texts;
  language: 'id' | 'en';
}

export function keyName(key: Key, head: Head, { t, language }: Pick<Props, 't' | 'language'>): string {
  const names = typeof key === 'string' ? [key] : key;
  return names
    .map((name) => {
      if (name === 'total') return t('board.total');
      return name.length <= 4 ? name.toUpperCase() : (head.sections.find((one) => one.id === name)?.title[language] ?? name);
    })
    .join(' + ');
}

/** Why a row stands above the next: "TKP 205 > 198". */
export function reasonText(row: Row, rank: number, next: number | undefined, head: Head, props: Props): string {
  const reason = row.reason;
  if (reason === null || next === undefined) return '';
  if (reason.key === null) return props.t('board.reason.equal');
  return props.t('board.reason.above', {
    next: next === rank ? next + 1 : next,
    key: keyName(reason.key, head, props),
    above: reason.above ?? '',
    below: reason.below ?? '',
  });
}

export function stateText(head: Head, t: Texts): string {
  if (head.state === 'final') return t('board.final');
  if (head.state === 'frozen') return t('board.frozen');
  return t('board.provisional');
}

export function passText(row: Row, t: Texts): string {
  if (row.status === 'waiting') return t('board.status.waiting');
  if (row.passed === null) return t(`board.status.${row.status === 'finished' ? 'finished' : 'working'}`);
  if (row.status !== 'finished') return t(row.passed ? 'board.pass.so_far' : 'board.pass.not_yet');
  return t(row.passed ? 'board.pass.yes' : 'board.pass.no');
}

export function ageText(seconds: number, t: Texts): string {
  if (seconds < 90) return t('board.age.seconds', { seconds: Math.round(seconds) });
  return t('board.age.minutes', { minutes: Math.round(seconds / 60) });
}
