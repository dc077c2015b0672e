/** Seats as a map, room by room. One seat is in the order of Tab; arrows move among them. */
import { useMemo } from 'preact/hooks';
import { statusOf } from '../ctrl';
import type { Plan, Row } from '../interfaces';
import { markWords } from './noticed';
import { SHAPES, STATUSES, type Props } from './words';

export function SeatMap({ ctrl, t }: Props) {
  const shown = ctrl.shown.value;
  const isFiltered = ctrl.search.value !== '' || ctrl.statusFilter.value !== '' || ctrl.noticeFilter.value !== '';
  const cursor = shown.some((row) => row.participant_no === ctrl.cursor.value) ? ctrl.cursor.value : shown[0]?.participant_no;
  const groups = ctrl.rooms.value
    .filter((room) => ctrl.roomFilter.value === '' || room.id === ctrl.roomFilter.value)
    .map((room) => ({ room, rows: shown.filter((row) => row.room === room.id) }));
  return (
    <div class="map">
      {groups.every(({ rows }) => rows.length === 0) && isFiltered && <p class="notice">{t('proctor.nobody')}</p>}
      {groups.map(({ room, rows }) => (
        <section key={room.id} aria-label={room.name}>
          {(rows.length > 0 || !isFiltered) && <h3>{room.name}</h3>}
          {rows.length === 0 && !isFiltered && <p class="quiet">{t('proctor.room_empty')}</p>}
          <Floor ctrl={ctrl} t={t} plan={ctrl.plans.value[room.id]} rows={rows} cursor={cursor} />
        </section>
      ))}
      <p class="legend">
        {STATUSES.filter((status) => status !== 'void').map((status) => (
          <span key={status}><i class={`dot ${status}`} aria-hidden="true">{SHAPES[status]}</i> {t(`proctor.status.${status}`)}</span>
        ))}
      </p>
    </div>
  );
}

/** The seats of a room where they stand, as far as its plan says; others one after another. */
function Floor({ ctrl, t, plan, rows, cursor }: Props & { plan: Plan | undefined; rows: Row[]; cursor: string | null | undefined }) {
  const places = useMemo(() => new Map((plan?.seats ?? []).map((seat) => [seat[0], seat])), [plan]);
  // Of two at one seat the place is whose exam goes on; who sat there before stands behind.
  const holders = new Map([...rows].sort((a, b) => Number(isOver(b)) - Number(isOver(a))).map((row) => [row.seat, row.participant_no]));
  const columns = plan && rows.length > 0 ? plan.columns : 0;
  const floor = (
    <div
      class={columns > 0 ? 'map-cells planned' : 'map-cells'}
      style={columns > 0 ? { gridTemplateColumns: `repeat(${columns}, minmax(3.4rem, 1fr))` } : undefined}
    >
      {columns > 0 && plan?.seats.filter(([name]) => !holders.has(name)).map((seat) => (
        <span key={seat[0]} class={seat[3] ? 'seat-free' : 'seat-free out'} style={positionOf(seat)} aria-hidden="true">{seat[0]}</span>
      ))}
      {rows.map((row) => (
        <Seat
          key={row.participant_no}
          ctrl={ctrl}
          t={t}
          row={row}
          place={holders.get(row.seat) === row.participant_no ? places.get(row.seat) : undefined}
          isSelected={ctrl.selected.value.has(row.participant_no)}
          isCursor={row.participant_no === cursor}
        />
      ))}
    </div>
  );
  return columns > 0 ? <div class="floor-scroll">{floor}</div> : floor;
}

const isOver = (row: Row) => row.status === 'finished' || row.status === 'void';

const positionOf = (place: Plan['seats'][number] | undefined) =>
  place && { gridRow: String(place[1] + 1), gridColumn: String(place[2] + 1) };

/** Drawn again only when something of it changed: a room has hundreds. */
function Seat(props: Props & { row: Row; place: Plan['seats'][number] | undefined; isSelected: boolean; isCursor: boolean }) {
  const { ctrl, t, row, place, isSelected, isCursor } = props;
  return useMemo(() => {
    const status = statusOf(row);
    const marks = markWords(row, t);
    const words = [
      t('proctor.seat', { seat: row.seat }), row.name, t(`proctor.status.${status}`),
      t('proctor.answered', { count: row.answered, all: row.item_count }),
      ...(marks === '' ? [] : [marks]),
    ];
    return (
      <button
        type="button"
        class={`seat ${status}`}
        data-no={row.participant_no}
        data-seat={row.seat}
        style={positionOf(place)}
        data-count={row.total ?? row.answered}
        tabIndex={isCursor ? 0 : -1}
        aria-pressed={isSelected}
        aria-label={words.join(', ')}
        title={words.join('\n')}
        onFocus={() => (ctrl.cursor.value = row.participant_no)}
        onClick={(event) => (event.shiftKey ? ctrl.selectTo(row.participant_no) : ctrl.toggle(row.participant_no))}
      >
        <span class="seat-shape" aria-hidden="true">{SHAPES[status]}</span>
        {marks !== '' && <span class="seat-mark" aria-hidden="true">◦</span>}
      </button>
    );
  }, [row, place, isSelected, isCursor]);
}
