/** Areas of a picture as an author draws, moves and resizes them. Pure; whole units of the picture. */
import type { Area, Shape } from './document';

export interface Size {
  width: number;
  height: number;
}
export type Point = readonly [number, number];
/** Shapes that are drawn; "default" is the whole picture. */
export const DRAWN: readonly Shape[] = ['rect', 'circle', 'ellipse', 'poly'];

/** The names of the numbers of a shape, in their order; corners of a polygon are numbered. */
export function namesOfNumbers(shape: Shape, count: number): string[] {
  switch (shape) {
    case 'rect':
      return ['left', 'top', 'right', 'bottom'];
    case 'circle':
      return ['x', 'y', 'radius'];
    case 'ellipse':
      return ['x', 'y', 'across', 'down'];
    case 'poly':
      return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 'corner_x' : 'corner_y'));
    default:
      return [];
  }
}

export function numbersOf(area: Area): number[] {
  return area[1].map((one) => Math.round(Number(one)) || 0);
}

/** The shape between where the pointer went down and where it is. */
export function drawn(shape: Shape, from: Point, to: Point): Area {
  const [left, right] = [Math.min(from[0], to[0]), Math.max(from[0], to[0])];
  const [top, bottom] = [Math.min(from[1], to[1]), Math.max(from[1], to[1])];
  switch (shape) {
    case 'circle':
      return rounded(shape, [from[0], from[1], Math.hypot(to[0] - from[0], to[1] - from[1])]);
    case 'ellipse':
      return rounded(shape, [(left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2]);
    case 'poly':
      return rounded(shape, [left, bottom, (left + right) / 2, top, right, bottom]);
    case 'default':
      return ['default', []];
    default:
      return rounded('rect', [left, top, right, bottom]);
  }
}

/** A shape in the middle of the picture: what a keyboard begins with. */
export function inTheMiddle(shape: Shape, size: Size): Area {
  const [x, y] = [size.width / 2, size.height / 2];
  const half = Math.min(size.width, size.height) / 8;
  if (shape === 'circle') return rounded(shape, [x, y, half]);
  if (shape === 'ellipse') return rounded(shape, [x, y, half * 1.5, half]);
  return drawn(shape, [x - half, y - half], [x + half, y + half]);
}

/** The area in another shape at the same place. */
export function reshaped(area: Area, shape: Shape, size: Size): Area {
  if (area[0] === shape) return area;
  const box = boxOf(area);
  if (!box) return inTheMiddle(shape, size);
  const [left, top, right, bottom] = box;
  if (shape === 'circle') return rounded(shape, [(left + right) / 2, (top + bottom) / 2, Math.min(right - left, bottom - top) / 2]);
  if (shape === 'poly') return rounded(shape, [left, top, right, top, right, bottom, left, bottom]);
  return drawn(shape, [left, top], [right, bottom]);
}

/** The area moved, as far as it stays on the picture. */
export function shifted(area: Area, by: Point, size: Size): Area {
  const box = boxOf(area);
  if (!box) return area;
  const [left, top, right, bottom] = box;
  const across = within(by[0], -left, Math.max(-left, size.width - right));
  const down = within(by[1], -top, Math.max(-top, size.height - bottom));
  const centred = area[0] === 'circle' || area[0] === 'ellipse';
  return rounded(area[0], numbersOf(area).map((value, index) => (centred && index > 1 ? value : value + (index % 2 === 0 ? across : down))));
}

/** The area larger or smaller around its middle. */
export function scaled(area: Area, factor: number, size: Size): Area {
  const numbers = numbersOf(area);
  const box = boxOf(area);
  if (!box) return area;
  if (area[0] === 'circle' || area[0] === 'ellipse') {
    return rounded(area[0], numbers.map((value, index) => (index < 2 ? value : Math.max(1, grown(value, factor)))));
  }
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const sides = [size.width, size.height];
  return rounded(area[0], numbers.map((value, index) => within(middle[index % 2]! + (value - middle[index % 2]!) * factor, 0, sides[index % 2]!)));
}

/** Where a shape is taken to change it: corners, or the ends of its radii. */
export function handlesOf(area: Area): Point[] {
  const [a = 0, b = 0, c = 0, d = 0] = numbersOf(area);
  switch (area[0]) {
    case 'rect':
      return [[a, b], [c, b], [c, d], [a, d]];
    case 'circle':
      return [[a + c, b]];
    case 'ellipse':
      return [[a + c, b], [a, b + d]];
    case 'poly':
      return cornersOf(area);
    default:
      return [];
  }
}

/** The area after one of its handles was pulled to a point. */
export function pulled(area: Area, handle: number, [x, y]: Point): Area {
  const numbers = numbersOf(area);
  const [a = 0, b = 0] = numbers;
  switch (area[0]) {
    case 'rect': {
      const next = [...numbers];
      next[handle === 0 || handle === 3 ? 0 : 2] = x;
      next[handle < 2 ? 1 : 3] = y;
      const [left = 0, top = 0, right = 0, bottom = 0] = next;
      return rounded('rect', [Math.min(left, right), Math.min(top, bottom), Math.max(left, right), Math.max(top, bottom)]);
    }
    case 'circle':
      return rounded('circle', [a, b, Math.max(1, Math.hypot(x - a, y - b))]);
    case 'ellipse':
      return rounded('ellipse', handle === 0 ? [a, b, Math.max(1, Math.abs(x - a)), numbers[3] ?? 1] : [a, b, numbers[2] ?? 1, Math.max(1, Math.abs(y - b))]);
    case 'poly':
      return rounded('poly', numbers.map((value, index) => (index === handle * 2 ? x : index === handle * 2 + 1 ? y : value)));
    default:
      return area;
  }
}

export function cornersOf(area: Area): Point[] {
  const numbers = numbersOf(area);
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, index): Point => [numbers[2 * index] ?? 0, numbers[2 * index + 1] ?? 0]);
}

/** Left, top, right, bottom; null of the whole picture. */
export function boxOf(area: Area): [number, number, number, number] | null {
  const [a = 0, b = 0, c = 0, d = 0] = numbersOf(area);
  switch (area[0]) {
    case 'rect':
      return [a, b, c, d];
    case 'circle':
      return [a - c, b - c, a + c, b + c];
    case 'ellipse':
      return [a - c, b - d, a + c, b + d];
    case 'poly': {
      const corners = cornersOf(area);
      const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
      return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    }
    default:
      return null;
  }
}

function grown(value: number, factor: number): number {
  const next = Math.round(value * factor);
  return next === value ? value + (factor > 1 ? 1 : -1) : next;
}

function rounded(shape: Shape, numbers: readonly number[]): Area {
  return [shape, numbers.map(Math.round)];
}

export function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
