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

/** A section in one word where its title has several: "Kompetensi Teknis" is "Teknis" in a head. */
export function shortName(id: string, head: Head, props: Pick<Props, 't' | 'language'>): string {
  const name = keyName(id, head, props);
  const words = name.split(' ');
  const isShared = head.sections.filter((one) => one.title[props.language].startsWith(`${words[0]} `)).length > 1;
  return isShared && words.length > 1 ? words.slice(1).join(' ') : name;
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

export function stateText(head: Head, t: Props['t']): string {
  if (head.state === 'final') return t('board.final');
  if (head.state === 'frozen') return t('board.frozen');
  return t('board.provisional');
}

export function stateNote(head: Head, t: Props['t']): string {
  if (head.state === 'final') return t('board.final.note');
  if (head.state === 'frozen') return t('board.frozen.note');
  return t('board.provisional.note');
}

export function passText(row: Row, t: Props['t']): string {
  if (row.status === 'waiting') return t('board.status.waiting');
  if (row.passed === null) return t(`board.status.${row.status === 'finished' ? 'finished' : 'working'}`);
  if (row.status !== 'finished') return t(row.passed ? 'board.pass.so_far' : 'board.pass.not_yet');
  return t(row.passed ? 'board.pass.yes' : 'board.pass.no');
}

/** The class that goes with the pass state; the words carry the meaning. */
export function passClass(row: Row): string {
  if (row.status !== 'finished' || row.passed === null) return 'open';
  return row.passed ? 'met' : 'not-met';
}

export function ageText(seconds: number, t: Props['t']): string {
  if (seconds < 90) return t('board.age.seconds', { seconds: Math.round(seconds) });
  return t('board.age.minutes', { minutes: Math.round(seconds / 60) });
}

export function oldAgeText(seconds: number, t: Props['t']): string {
  if (seconds < 90) return t('board.age.old_seconds', { seconds: Math.round(seconds) });
  return t('board.age.old_minutes', { minutes: Math.round(seconds / 60) });
}

/** A moment as people here write it: 10.42.05. */
export function clockAt(at: number, language: Props['language']): string {
  return new Date(at).toLocaleTimeString(language === 'id' ? 'id-ID' : 'en-GB');
}
