/** What pages noticed beside the work: indicators with counts and times, never verdicts. */
import type { Texts } from '../../lib/i18n';
import { isUnproven } from '../ctrl';
import type { Row } from '../interfaces';
import { seatName, spanText, type Props } from './words';

export const NOTICE_KINDS = ['focus_lost', 'full_screen_left', 'copy', 'paste', 'print', 'second_screen'] as const;
const SECOND_MS = 1_000;

/** The indicators of a row in a few words; empty where there are none. */
export function markWords(row: Row, t: Texts): string {
  const words: string[] = NOTICE_KINDS.filter((kind) => row.notices[kind] !== undefined).map(
    (kind) => `${t(`proctor.notice.${kind}`)} ${row.notices[kind]?.count}×`,
  );
  if (isUnproven(row)) words.unshift(browserWords(row, t));
  return words.join(', ');
}

/** What the workstation's browser proved, or could not prove when it was refused. */
function browserWords(row: Row, t: Texts): string {
  if (row.refused === null) return t(`proctor.browser.${row.browser}`);
  const last = new Date(row.refused.at).toLocaleTimeString('id-ID');
  return t('proctor.browser.refused', { why: t(`proctor.browser.${row.refused.browser}`), count: row.refused.count, last });
}

export function Marks({ t, row }: { t: Texts; row: Row }) {
  const words = markWords(row, t);
  return words === '' ? null : <span class="quiet"> · {words}</span>;
}

/** Where SEB is required: somebody whose browser is not proven, or who has not got in yet. */
export function mayBeWaived(row: Row | undefined): boolean {
  if (document.getElementById('app')?.dataset['seb'] !== 'require') return false;
  if (row === undefined || row.browser === 'waived') return false;
  if (row.refused !== null) return true;
  if (row.browser === 'verified') return false;
  return row.browser !== '' || row.status === 'absent' || !row.line;
}

export function NoticeFilter({ ctrl, t }: Props) {
  return (
    <label>
      <span class="hidden-visually">{t('proctor.notices')}</span>
      <select value={ctrl.noticeFilter.value} onChange={(event) => (ctrl.noticeFilter.value = event.currentTarget.value)}>
        <option value="">{t('proctor.notices.all')}</option>
        <option value="any">{t('proctor.notices.any')}</option>
        <option value="browser">{t('proctor.notices.browser')}</option>
        {NOTICE_KINDS.map((kind) => <option key={kind} value={kind}>{t(`proctor.notice.${kind}`)}</option>)}
      </select>
    </label>
  );
}

/** The one selected seat: what its page noticed, with how often and when last. */
export function Detail({ ctrl, t }: Props) {
  const [only, ...others] = ctrl.selected.value;
  const row = only === undefined || others.length > 0 ? undefined : ctrl.rows.value.get(only);
  if (row === undefined || (markWords(row, t) === '' && row.browser === '' && row.refused === null)) return null;
  return (
    <section class="detail" aria-label={t('proctor.notices')}>
      <h3>{seatName(row)} {row.name}</h3>
      <p class="quiet">{t('proctor.notices.text')}</p>
      <ul>
        {(row.browser !== '' || row.refused !== null) && <li>{browserWords(row, t)}</li>}
        {NOTICE_KINDS.map((kind) => <Line key={kind} t={t} row={row} kind={kind} />)}
      </ul>
    </section>
  );
}

function Line({ t, row, kind }: { t: Texts; row: Row; kind: (typeof NOTICE_KINDS)[number] }) {
  const noticed = row.notices[kind];
  if (noticed === undefined) return null;
  const back = kind === 'focus_lost' ? row.notices['focus_back'] : undefined;
  const last = new Date(noticed.last_at).toLocaleTimeString('id-ID');
  return (
    <li>
      {t(`proctor.notice.${kind}`)}: {t('proctor.notices.count', { count: noticed.count, last })}
      {back && back.lasted_ms >= SECOND_MS && `, ${t('proctor.notices.lasted', { time: spanText(back.lasted_ms) })}`}
    </li>
  );
}
