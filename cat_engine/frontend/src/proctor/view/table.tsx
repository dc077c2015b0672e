/** Seats as a table of which only the rows in sight stand in the page. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { visibleRange } from '../../board/visible';
import { clockText } from '../../lib/i18n';
import { statusOf } from '../ctrl';
import type { Row } from '../interfaces';
import { timeLeft } from '../trouble';
import { Marks } from './noticed';
import { seatName, SHAPES, type Props } from './words';

const FIRST_GUESS_PX = 42;
const MINUTE_MS = 60_000;
const COLUMN_COUNT = 10;

export function SeatTable(props: Props) {
  const { ctrl, t } = props;
  void ctrl.tick.value;
  const now = ctrl.now();
  const shown = ctrl.shown.value;
  const view = useVisible(shown.length);
  useCursorInSight(props, view);
  return (
    <div class="table-frame" ref={view.frame} tabIndex={0} role="region" aria-label={t('proctor.seats')}>
      <table aria-rowcount={shown.length + 1}>
        <caption class="hidden-visually">{t('proctor.seats')}</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col"><span class="hidden-visually">{t('proctor.select')}</span></th>
            <th scope="col">{t('proctor.column.seat')}</th>
            <th scope="col">{t('proctor.column.name')}</th>
            <th scope="col">{t('proctor.column.number')}</th>
            <th scope="col">{t('proctor.status')}</th>
            <th scope="col" class="number">{t('proctor.column.answered')}</th>
            <th scope="col" class="number">{t('proctor.column.left')}</th>
            <th scope="col" class="number">{t('proctor.column.extra')}</th>
            <th scope="col" class="number">{t('proctor.column.total')}</th>
            <th scope="col">{t('proctor.column.station')}</th>
          </tr>
        </thead>
        <tbody>
          <Spacer height={view.first * view.rowPx} />
          {shown.slice(view.first, view.last).map((row, offset) => (
            <TableRow key={row.participant_no} ctrl={ctrl} t={t} row={row} now={now} index={view.first + offset} />
          ))}
          <Spacer height={(shown.length - view.last) * view.rowPx} />
        </tbody>
      </table>
      {shown.length === 0 && <p class="notice">{t('proctor.nobody')}</p>}
    </div>
  );
}

function useVisible(count: number) {
  const frame = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ first: 0, last: 30, rowPx: FIRST_GUESS_PX });
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const measure = () => {
      const [one, other] = element.querySelectorAll<HTMLElement>('tr[data-no]');
      const pitch = one && other ? other.offsetTop - one.offsetTop : 0;
      const rowPx = pitch > 0 ? pitch : FIRST_GUESS_PX;
      const next = { ...visibleRange(-element.scrollTop, element.clientHeight, rowPx, count), rowPx };
      setRange((old) => (old.first === next.first && old.last === next.last && old.rowPx === next.rowPx ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [count]);
  const last = Math.min(count, range.last);
  return { frame, first: Math.min(range.first, last), last, rowPx: range.rowPx };
}

type View = ReturnType<typeof useVisible>;

/** The row that arrows went to may not be drawn yet: scroll there, then focus it. */
function useCursorInSight({ ctrl }: Props, view: View) {
  const cursor = ctrl.cursor.value;
  const wanted = useRef<string | null>(null);
  useEffect(() => {
    const index = ctrl.shown.value.findIndex((row) => row.participant_no === cursor);
    const frame = view.frame.current;
    if (index < 0 || !frame) return;
    const top = index * view.rowPx;
    const sight = frame.clientHeight - 2 * view.rowPx;
    if (top < frame.scrollTop) frame.scrollTop = top;
    else if (top > frame.scrollTop + sight) frame.scrollTop = top - sight;
    wanted.current = cursor;
  }, [cursor]);
  useEffect(() => {
    if (wanted.current === null || !view.frame.current?.contains(document.activeElement)) return;
    const box = view.frame.current.querySelector<HTMLElement>(`[data-no="${CSS.escape(wanted.current)}"] input`);
    if (!box) return;
    box.focus({ preventScroll: true });
    wanted.current = null;
  });
}

function Spacer({ height }: { height: number }) {
  const cell = useRef<HTMLTableCellElement>(null);
  useLayoutEffect(() => {
    if (cell.current) cell.current.style.height = `${height}px`;
  }, [height]);
  if (height <= 0) return null;
  return <tr class="spacer" aria-hidden="true"><td ref={cell} colSpan={COLUMN_COUNT} /></tr>;
}

function TableRow({ ctrl, t, row, now, index }: Props & { row: Row; now: number; index: number }) {
  const status = statusOf(row);
  const left = timeLeft(row, now);
  const no = row.participant_no;
  const isSelected = ctrl.selected.value.has(no);
  return (
    <tr class={isSelected ? 'selected' : ''} data-no={no} aria-rowindex={index + 2}>
      <td>
        <input
          type="checkbox"
          checked={isSelected}
          aria-label={`${seatName(row)} ${row.name}`}
          onFocus={() => (ctrl.cursor.value = no)}
          onClick={(event) => (event.shiftKey ? ctrl.selectTo(no) : ctrl.toggle(no))}
        />
      </td>
      <td><strong>{seatName(row)}</strong></td>
      <th scope="row" title={row.name}>{row.name}</th>
      <td>{no}</td>
      <td class={`state ${status}`}>
        <span aria-hidden="true">{SHAPES[status]}</span> {t(`proctor.status.${status}`)}
        {row.paused_reason && <span class="quiet"> ({t(`proctor.reason.${row.paused_reason}`)})</span>}
        <Marks t={t} row={row} />
        {row.held_count > 0 && <span class="quiet"> · {t('proctor.held', { count: row.held_count })}</span>}
      </td>
      <td class="number">{row.answered}/{row.item_count}</td>
      <td class="number">{left === null ? '' : clockText(left)}</td>
      <td class="number">{row.extra_ms > 0 ? `+${Math.round(row.extra_ms / MINUTE_MS)}` : ''}</td>
      <td class="number">{row.total ?? ''}</td>
      <td class="quiet">{row.station}</td>
    </tr>
  );
}
