import { expect, test } from 'vitest';
import type { Area } from './document';
import { boxOf, drawn, handlesOf, inTheMiddle, pulled, reshaped, scaled, shifted } from './shapes';

const size = { width: 400, height: 300 };
const ALL: Area[] = [
  ['rect', [20, 30, 60, 80]], ['circle', [100, 100, 20]], ['ellipse', [100, 100, 30, 20]], ['poly', [10, 10, 50, 10, 50, 40]],
];

test('what is drawn in any direction is the same', () => {
  expect(drawn('rect', [60, 80], [20, 30])).toEqual(['rect', [20, 30, 60, 80]]);
  expect(drawn('circle', [100, 100], [103, 104])).toEqual(['circle', [100, 100, 5]]);
  expect(drawn('ellipse', [0, 0], [60, 40])).toEqual(['ellipse', [30, 20, 30, 20]]);
});

test.each(ALL)('%s moves and stays on the picture', (...area) => {
  const [left, top, right, bottom] = boxOf(area)!;

  expect(boxOf(shifted(area, [5, -5], size))).toEqual([left + 5, top - 5, right + 5, bottom - 5]);
  expect(boxOf(shifted(area, [-999, -999], size))!.slice(0, 2)).toEqual([0, 0]);
  expect(boxOf(shifted(area, [999, 999], size))!.slice(2)).toEqual([400, 300]);
});

test.each(ALL)('%s grows, shrinks and is pulled', (...area) => {
  const width = (one: Area) => boxOf(one)![2] - boxOf(one)![0];

  expect(width(scaled(area, 1.1, size))).toBeGreaterThan(width(area));
  expect(width(scaled(area, 1 / 1.1, size))).toBeLessThan(width(area));
  const handle = handlesOf(area).length - 1;
  expect(pulled(area, handle, [150, 150])).not.toEqual(area);
});

test.each(ALL)('%s takes another shape at its place', (...area) => {
  for (const shape of ['rect', 'circle', 'ellipse', 'poly'] as const) {
    const [left, top, right, bottom] = boxOf(reshaped(area, shape, size))!;
    const [l, u, r, b] = boxOf(area)!;
    expect(Math.abs((left + right) / 2 - (l + r) / 2)).toBeLessThanOrEqual(1);
    expect(Math.abs((top + bottom) / 2 - (u + b) / 2)).toBeLessThanOrEqual(1);
  }
  expect(reshaped(area, 'default', size)).toEqual(['default', []]);
  expect(boxOf(reshaped(['default', []], 'rect', size))).toEqual(boxOf(inTheMiddle('rect', size)));
});
