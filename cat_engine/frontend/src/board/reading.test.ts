import { describe, expect, test } from 'vitest';
import { find } from './finding';
import { freshness } from './freshness';
import { follow, prune, TOLD_MS } from './moves';
import { row, snapshot } from './rows.fixture';
import { toCsv } from './table_file';
import { OVERSCAN, visibleRange } from './visible';

const board = (...ids: string[]) => ids.map((id) => row(id, '1'));

describe('moves', () => {
  test('a rise is told in places, and so is the fall of who was overtaken', () => {
    const moves = follow(new Map(), board('a', 'b'), board('b', 'a'), 0);

    expect([moves.get('b')?.places, moves.get('a')?.places]).toEqual([1, -1]);
  });

  test('a burst of small rises is told as one', () => {
    const first = follow(new Map(), board('a', 'b', 'c'), board('a', 'c', 'b'), 0);
    const second = follow(first, board('a', 'c', 'b'), board('c', 'a', 'b'), 5_000);

    expect(second.get('c')).toEqual({ from: 3, places: 2, at: 5_000 });
  });

  test('who comes back to the old rank has not moved', () => {
    const first = follow(new Map(), board('a', 'b'), board('b', 'a'), 0);

    expect(follow(first, board('b', 'a'), board('a', 'b'), 1_000).size).toBe(0);
  });

  test('a new row has no move, and a shared rank is no move', () => {
    const after = [row('a', '1'), row('b', '1', { tied: true }), row('c', '0')];

    expect(follow(new Map(), board('b'), after, 0).size).toBe(0);
  });

  test('a move is told until its time is over, and not after', () => {
    const moves = follow(new Map(), board('a', 'b'), board('b', 'a'), 0);

    expect(prune(moves, TOLD_MS - 1)).toBe(moves);
    expect(prune(moves, TOLD_MS).size).toBe(0);
  });
});

describe('freshness', () => {
  test('a board is live while it is heard of, and old after the limit, with and without a line', () => {
    expect(freshness('live', 'online', 31_999)).toBe('live');
    expect(freshness('live', 'online', 32_000)).toBe('old');
    expect(freshness('live', 'offline', 31_999)).toBe('waiting');
    expect(freshness('frozen', 'offline', 32_000)).toBe('old');
  });

  test('a final board never grows old', () => {
    expect(freshness('final', 'offline', 9_999_999)).toBe('final');
  });
});

describe('rows in sight', () => {
  test('a list at the top draws what is in sight and a little more', () => {
    expect(visibleRange(100, 700, 60, 10_000)).toEqual({ first: 0, last: 10 + OVERSCAN });
  });

  test('in the middle it draws both edges a little further', () => {
    expect(visibleRange(-6_000, 600, 60, 10_000)).toEqual({ first: 100 - OVERSCAN, last: 110 + OVERSCAN });
  });

  test('a list that became shorter than the place scrolled to still draws its end', () => {
    expect(visibleRange(-600_000, 600, 60, 5)).toEqual({ first: 4, last: 5 });
  });

  test('an empty list draws nothing', () => {
    expect(visibleRange(0, 600, 60, 0)).toEqual({ first: 0, last: 0 });
  });
});

describe('search', () => {
  test('a number is found without its dashes, the exact one first', () => {
    expect(find(['24-5521-0017', '24-5521-001', '24-5521-0018'], '245521 001')).toEqual([1, 0, 2]);
  });

  test('nothing is asked with dashes alone', () => {
    expect(find(['24-1'], ' - ')).toEqual([]);
  });
});

test('the file holds what the board shows, and no cell is a formula', () => {
  const rows = [row('=1', '10.5', { label: 'A"B, C' }), row('b', '-2', { passed: true })];

  const lines = toCsv(snapshot(7, rows), rows, 7).split('\r\n');

  expect(lines[1]).toBe(`1,'=1,"A""B, C",Guru,general,10.5,10.5,0,1,working,,live,7`);
  expect(lines[2]).toContain('-2,-2,0,1,working,true');
});
