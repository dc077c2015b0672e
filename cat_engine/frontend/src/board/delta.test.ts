import { describe, expect, test } from 'vitest';
import { applyDelta, ranksOf } from './delta';
import { row } from './rows.fixture';

const ids = (rows: readonly { id: string }[] | null) => rows?.map((one) => one.id);

describe('deltas', () => {
  test('a row that rises is taken out and put in at its new position', () => {
    const before = [row('a', '10'), row('b', '5'), row('c', '1')];

    const after = applyDelta(before, { rows: [[0, row('c', '11')]], removed: [] });

    expect(ids(after)).toEqual(['c', 'a', 'b']);
  });

  test('several rows are put in lowest position first, and removed rows are gone', () => {
    const before = ['a', 'b', 'c', 'd'].map((id) => row(id, '0'));

    const after = applyDelta(before, { rows: [[0, row('d', '9')], [2, row('e', '5')]], removed: ['b'] });

    expect(ids(after)).toEqual(['d', 'a', 'e', 'c']);
  });

  test('a delta that only tells a state keeps the very same rows', () => {
    const before = [row('a', '1')];

    expect(applyDelta(before, { rows: [], removed: [] })).toBe(before);
  });

  test('a position beyond the rows shows that the delta belongs to another version', () => {
    expect(applyDelta([row('a', '1')], { rows: [[5, row('b', '0')]], removed: [] })).toBeNull();
  });

  test('any two boards: the delta from one to the other gives the other', () => {
    const all = ['a', 'b', 'c', 'd'];
    const orders = permutations(all);
    for (const from of orders) {
      for (const to of orders) {
        const moved = to.filter((id, index) => from[index] !== id);
        const change = moved.map((id): [number, ReturnType<typeof row>] => [to.indexOf(id), row(id, '1')]);

        const after = applyDelta(from.map((id) => row(id, '0')), { rows: change, removed: [] });

        expect(ids(after)).toEqual(to);
      }
    }
  });

  test('tied rows share a rank and the next rank skips', () => {
    expect(ranksOf([row('a', '9'), row('b', '9', { tied: true }), row('c', '8')])).toEqual([1, 1, 3]);
  });
});

function permutations(items: string[]): string[][] {
  if (items.length < 2) return [items];
  return items.flatMap((first) => permutations(items.filter((one) => one !== first)).map((rest) => [first, ...rest]));
}
