/** Seats as a map, room by room. One seat is in the order of Tab; arrows move among them. */
import { useMemo } from 'preact/hooks';
import { statusOf } from '../ctrl';
import type { Row } from '../interfaces';
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
          <div class="map-cells">
            {rows.map((row) => (
              <Seat
                key={row.participant_no}
                ctrl={ctrl}
                t={t}
                row={row}
                isSelected={ctrl.selected.value.has(row.participant_no)}
                isCursor={row.participant_no === cursor}
              />
            ))}
          </div>
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

/** Drawn again only when something of it changed: a room has hundreds. */
function Seat({ ctrl, t, row, isSelected, isCursor }: Props & { row: Row; isSelected: boolean; isCursor: boolean }) {
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
  }, [row, isSelected, isCursor]);
}
