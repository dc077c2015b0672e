import { describe, expect, test } from 'vitest';
import type { Row } from './interfaces';
import { NOW, row, STARTED } from './rows.fixture';
import { follow, type Sinces } from './since';
import { FAST_ITEM_MS, GROUP_FROM, IDLE_MS, LIKELY_ACTS, NOT_STARTED_MS, PAUSED_LONG_MS, SHORT_MS, timeLeft, troubles } from './trouble';

const nobody: Sinces = new Map();
const seen = (rows: readonly Row[], at = NOW) => follow(nobody, rows, at, true);
const kinds = (rows: readonly Row[], now = NOW, sinces = seen(rows)) => troubles(rows, STARTED, sinces, now).map((one) => one.kind);

describe('what needs attention', () => {
  test('a calm room has no troubles', () => {
    expect(kinds([row(), row({ participant_no: 'budi', status: 'finished', line: false })])).toEqual([]);
  });

  test('a lost line stands above an idle seat', () => {
    const idle = row({ participant_no: 'idle', last_response_at: NOW - 2 * IDLE_MS });
    const lost = row({ participant_no: 'lost', line: false });

    const found = troubles([idle, lost], STARTED, nobody, NOW);

    expect(found.map((one) => [one.kind, one.rows[0]?.participant_no])).toEqual([['line', 'lost'], ['idle', 'idle']]);
  });

  test('a refused browser stands above a lost line, and is let in from there', () => {
    const refused = row({ participant_no: 'refused', status: 'absent', line: false, refused: { at: NOW - 1_000, station: 'pc', browser: 'missing', count: 2 } });
    const lost = row({ participant_no: 'lost', line: false });

    const found = troubles([lost, refused], STARTED, nobody, NOW);

    expect(found.map((one) => [one.kind, one.at?.at])).toEqual([['refused', NOW - 1_000], ['line', undefined]]);
    expect(LIKELY_ACTS.refused).toEqual(['waive_browser']);
  });

  test('the newest of one kind is at the top', () => {
    const early = row({ participant_no: 'ani', line: false });
    const late = row({ participant_no: 'budi', line: false });
    const sinces = follow(seen([early], NOW - 60_000), [late], NOW - 5_000, true);

    const found = troubles([early, late], STARTED, sinces, NOW);

    expect(found.map((one) => one.rows[0]?.participant_no)).toEqual(['budi', 'ani']);
  });

  test('idle begins at the limit and not before it', () => {
    const one = row({ time_left_ms: 3_600_000 });

    expect(kinds([one], NOW + IDLE_MS - 1)).toEqual([]);
    expect(kinds([one], NOW + IDLE_MS)).toEqual(['idle']);
  });

  test('who has never answered is idle too', () => {
    expect(kinds([row({ last_response_at: null })], NOW + IDLE_MS)).toEqual(['idle']);
  });

  test('who goes on after a pause is not idle for the pause', () => {
    const paused = row({ status: 'paused', running: false });
    const resumed = row({ last_response_at: NOW });
    const sinces = follow(seen([paused]), [resumed], NOW + IDLE_MS, true);

    expect(kinds([resumed], NOW + IDLE_MS + 1, sinces)).toEqual([]);
  });

  test('who answers faster than people read is worth a look', () => {
    expect(kinds([row({ item_ms: FAST_ITEM_MS })])).toEqual([]);
    expect(kinds([row({ item_ms: FAST_ITEM_MS - 1 })])).toEqual(['fast']);
    expect(kinds([row({ item_ms: 8_000, status: 'finished', line: false })])).toEqual([]);
  });

  test('a pause becomes a long pause', () => {
    const one = row({ status: 'paused', running: false });

    expect(kinds([one], NOW + PAUSED_LONG_MS - 1)).toEqual(['paused']);
    expect(kinds([one], NOW + PAUSED_LONG_MS)).toEqual(['paused_long']);
  });

  test('somebody who has not begun a minute after the start is told', () => {
    const one = row({ status: 'ready', last_response_at: null, running: false });

    expect(kinds([one], NOW + NOT_STARTED_MS - 1)).toEqual([]);
    expect(kinds([one], NOW + NOT_STARTED_MS)).toEqual(['not_started']);
  });

  test('the last five minutes are told with the moment at which time is over', () => {
    const one = row({ time_left_ms: SHORT_MS - 1 });

    const [found] = troubles([one], STARTED, seen([one]), NOW);

    expect([found?.kind, found?.at]).toEqual(['short', { at: NOW + SHORT_MS - 1, isExact: true }]);
  });

  test('a power failure in a room is one entry with everybody in it', () => {
    const lost = Array.from({ length: GROUP_FROM }, (_, index) => row({ participant_no: `p${index}`, line: false }));
    const elsewhere = row({ participant_no: 'budi', room: 'B', line: false });

    const found = troubles([...lost, elsewhere], STARTED, nobody, NOW);

    expect(found.map((one) => one.rows.length).sort()).toEqual([1, GROUP_FROM]);
  });

  test('a few seats of one room stay entries of their own', () => {
    const lost = Array.from({ length: GROUP_FROM - 1 }, (_, index) => row({ participant_no: `p${index}`, line: false }));

    expect(troubles(lost, STARTED, nobody, NOW).length).toBe(GROUP_FROM - 1);
  });
});

describe('since when', () => {
  test('a change that was seen has an exact moment, and keeps it through other changes', () => {
    const sinces = follow(seen([row()]), [row({ line: false })], NOW + 1_000, true);
    const later = follow(sinces, [row({ line: false, answered: 2 })], NOW + 9_000, true);

    expect(later.get('ani')?.lineAt).toEqual({ at: NOW + 1_000, isExact: true });
  });

  test('what was so before the page was opened is at least so old', () => {
    const sinces = follow(nobody, [row({ line: false })], NOW, false);

    expect(sinces.get('ani')?.lineAt).toEqual({ at: NOW, isExact: false });
  });

  test('a picture taken after a gap does not make known moments forgotten', () => {
    const sinces = follow(seen([row({ line: false })]), [row({ line: false })], NOW + 60_000, false);

    expect(sinces.get('ani')?.lineAt).toEqual({ at: NOW, isExact: true });
  });
});

test('time left counts down while the clock runs and stands in a pause', () => {
  expect(timeLeft(row({ time_left_ms: 60_000 }), NOW + 20_000)).toBe(40_000);
  expect(timeLeft(row({ time_left_ms: 60_000, running: false }), NOW + 20_000)).toBe(60_000);
  expect(timeLeft(row({ time_left_ms: 60_000 }), NOW + 90_000)).toBe(0);
  expect(timeLeft(row({ time_left_ms: null }), NOW)).toBeNull();
});
