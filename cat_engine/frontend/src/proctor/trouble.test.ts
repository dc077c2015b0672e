import { expect, test } from 'vitest';
import type { Row } from './interfaces';
import { timeLeft, troubles } from './trouble';

const NOW = 1_000_000_000;
const ROOMS = [{ id: 'A', name: 'A', status: 'started' as const, seats: 10 }];

function row(changes: Partial<Row>): Row {
  return {
    participant_no: 'p', name: 'Ani', room: 'A', seat: '1', status: 'working', line: true,
    answered: 1, item_count: 10, part_index: 0, time_left_ms: 3_600_000, as_of: NOW, running: true,
    extra_ms: 0, paused_reason: null, station: '', last_response_at: NOW, takeovers: 0,
    held_count: 0, total: null, ...changes,
  };
}

test('a calm room has no troubles', () => {
  expect(troubles([row({}), row({ status: 'finished', line: false })], ROOMS, NOW)).toEqual([]);
});

test('a lost line stands above an idle seat', () => {
  const idle = row({ participant_no: 'idle', last_response_at: NOW - 600_000 });
  const lost = row({ participant_no: 'lost', line: false });

  const found = troubles([idle, lost], ROOMS, NOW);

  expect(found.map((one) => [one.kind, one.row.participant_no])).toEqual([['line', 'lost'], ['idle', 'idle']]);
});

test('somebody who has not begun in a started room is told', () => {
  expect(troubles([row({ status: 'ready' })], ROOMS, NOW)[0]?.kind).toBe('not_started');
});

test('time left counts down while the clock runs and stands in a pause', () => {
  expect(timeLeft(row({ time_left_ms: 60_000 }), NOW + 20_000)).toBe(40_000);
  expect(timeLeft(row({ time_left_ms: 60_000, running: false }), NOW + 20_000)).toBe(60_000);
  expect(timeLeft(row({ time_left_ms: 60_000 }), NOW + 90_000)).toBe(0);
});
