import { describe, expect, test } from 'vitest';
import { applyDelta, movesBetween, ranksOf } from './delta';
import type { Row } from './interfaces';

function row(id: string, total: string, tied = false): Row {
  return {
    id, label: '', formation: '', formation_type: 'general', room: 'A', sections: {}, total,
    answered: 0, item_count: 1, status: 'working', passed: null, tied, reason: null,
  };
}

describe('deltas', () => {
  test('a row that rises is taken out and put in at its new position', () => {
    const before = [row('a', '10'), row('b', '5'), row('c', '1')];

    const after = applyDelta(before, { rows: [[0, row('c', '11')]], removed: [] });

    expect(after.map((one) => one.id)).toEqual(['c', 'a', 'b']);
  });

  test('several rows are put in lowest position first, and removed rows are gone', () => {
    const before = ['a', 'b', 'c', 'd'].map((id) => row(id, '0'));

    const after = applyDelta(before, { rows: [[0, row('d', '9')], [2, row('e', '5')]], removed: ['b'] });

    expect(after.map((one) => one.id)).toEqual(['d', 'a', 'e', 'c']);
  });

  test('tied rows share a rank and the next rank skips', () => {
    expect(ranksOf([row('a', '9'), row('b', '9', true), row('c', '8')])).toEqual([1, 1, 3]);
  });

  test('moves are told in places risen or fallen', () => {
    const before = [row('a', '10'), row('b', '5')];
    const after = [row('b', '11'), row('a', '10')];

    expect(movesBetween(before, after)).toEqual(new Map([['b', 1], ['a', -1]]));
  });
});
