/** Seats as a map and as a table: two views of one selection. */
import { clockText } from '../../lib/i18n';
import { statusOf } from '../ctrl';
import type { Row } from '../interfaces';
import { timeLeft } from '../trouble';
import type { Props } from './console';

const SHAPES: Record<string, string> = {
  absent: '–',
  waiting: '◌',
  ready: '○',
  working: '●',
  line_lost: '✕',
  paused: '⏸',
  finished: '✓',
  void: '∅',
};

export function SeatMap({ ctrl, t }: Props) {
  void ctrl.tick.value;
  const now = ctrl.now();
  const groups = ctrl.rooms.value
    .map((room) => ({ room, rows: ctrl.shown.value.filter((row) => row.room === room.id) }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <div class="map">
      {groups.length === 0 && <p class="notice">{t('proctor.nobody')}</p>}
      {groups.map(({ room, rows }) => (
        <section key={room.id}>
          <h3>{room.name}</h3>
          <div class="map-cells">
            {rows.map((row) => <Seat key={row.participant_no} ctrl={ctrl} t={t} row={row} now={now} />)}
          </div>
        </section>
      ))}
      <p class="legend">
        {Object.keys(SHAPES).filter((status) => status !== 'void').map((status) => (
          <span key={status}><i class={`dot ${status}`} aria-hidden="true">{SHAPES[status]}</i> {t(`proctor.status.${status}`)}</span>
        ))}
      </p>
    </div>
  );
}

function Seat({ ctrl, t, row, now }: Props & { row: Row; now: number }) {
  const status = statusOf(row);
  const isSelected = ctrl.selected.value.has(row.participant_no);
  const left = timeLeft(row, now);
  const words = [
    t('proctor.seat', { seat: row.seat }), row.name, t(`proctor.status.${status}`),
    t('proctor.answered', { count: row.answered, all: row.item_count }),
    ...(left === null ? [] : [t('proctor.left', { time: clockText(left) })]),
  ];
  return (
    <button
      type="button"
      class={`seat ${status}`}
      aria-pressed={isSelected}
      aria-label={words.join(', ')}
      title={words.join('\n')}
      onClick={() => ctrl.toggle(row.participant_no)}
    >
      <span class="seat-no">{row.seat}</span>
      <span class="seat-shape" aria-hidden="true">{SHAPES[status]}</span>
      <span class="seat-count">{row.total ?? row.answered}</span>
    </button>
  );
}

export function SeatTable({ ctrl, t }: Props) {
  void ctrl.tick.value;
  const now = ctrl.now();
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={t('proctor.seats')}>
      <table>
        <caption class="hidden-visually">{t('proctor.seats')}</caption>
        <thead>
          <tr>
            <th scope="col"><span class="hidden-visually">{t('proctor.select')}</span></th>
            <th scope="col">{t('proctor.column.seat')}</th>
            <th scope="col">{t('proctor.column.name')}</th>
            <th scope="col">{t('proctor.column.number')}</th>
            <th scope="col">{t('proctor.status')}</th>
            <th scope="col" class="number">{t('proctor.column.answered')}</th>
            <th scope="col" class="number">{t('proctor.column.left')}</th>
            <th scope="col" class="number">{t('proctor.column.extra')}</th>
            <th scope="col" class="number">{t('proctor.column.total')}</th>
          </tr>
        </thead>
        <tbody>
          {ctrl.shown.value.map((row) => <TableRow key={row.participant_no} ctrl={ctrl} t={t} row={row} now={now} />)}
        </tbody>
      </table>
      {ctrl.shown.value.length === 0 && <p class="notice">{t('proctor.nobody')}</p>}
    </div>
  );
}

function TableRow({ ctrl, t, row, now }: Props & { row: Row; now: number }) {
  const status = statusOf(row);
  const left = timeLeft(row, now);
  const isSelected = ctrl.selected.value.has(row.participant_no);
  return (
    <tr class={isSelected ? 'selected' : ''}>
      <td>
        <input type="checkbox" checked={isSelected} aria-label={`${row.seat} ${row.name}`} onChange={() => ctrl.toggle(row.participant_no)} />
      </td>
      <td><strong>{row.room}-{row.seat}</strong></td>
      <th scope="row">{row.name}</th>
      <td>{row.participant_no}</td>
      <td class={`state ${status}`}>
        <span aria-hidden="true">{SHAPES[status]}</span> {t(`proctor.status.${status}`)}
        {row.paused_reason && <span class="quiet"> ({t(`proctor.reason.${row.paused_reason}`)})</span>}
        {row.held_count > 0 && <span class="quiet"> · {t('proctor.held', { count: row.held_count })}</span>}
      </td>
      <td class="number">{row.answered}/{row.item_count}</td>
      <td class="number">{left === null ? '' : clockText(left)}</td>
      <td class="number">{row.extra_ms > 0 ? `+${Math.round(row.extra_ms / 60_000)}` : ''}</td>
      <td class="number">{row.total ?? ''}</td>
    </tr>
  );
}
