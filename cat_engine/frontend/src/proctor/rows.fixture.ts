/** Seats for tests. */
import type { Room, Row } from './interfaces';

export const NOW = 1_000_000_000;
export const STARTED: Room[] = [{ id: 'A', name: 'Ruang A', status: 'started', seats: 10 }];

export function row(changes: Partial<Row> = {}): Row {
  return {
    participant_no: 'ani', name: 'Ani', room: 'A', seat: '1', status: 'working', line: true,
    answered: 1, item_count: 10, part_index: 0, time_left_ms: 3_600_000, as_of: NOW, running: true,
    extra_ms: 0, paused_reason: null, station: '', browser: '', refused: null, notices: {}, last_response_at: NOW, takeovers: 0,
    held_count: 0, held_why: '', owed_ms: 0, lost_since: null, call: null, unread_count: 0, proposal: null, total: null, item_ms: null, ...changes,
  };
}
