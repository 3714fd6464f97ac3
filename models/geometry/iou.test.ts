import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../types.ts';
import { boxIou, iouAt } from './iou.ts';

const side = fc.double({ min: -100, max: 100, noNaN: true });
const extent = fc.double({ min: 0, max: 100, noNaN: true });
const anyBox = fc.tuple(side, side, extent, extent).map(([x, y, w, h]): Box => [x, y, x + w, y + h]);

describe('intersection over union', () => {
  it('of two 2 x 2 boxes that share one unit square is 1/7', () => {
    expect(boxIou([0, 0, 2, 2], [1, 1, 3, 3])).toBeCloseTo(1 / 7, 12);
    expect(iouAt(new Float32Array([0, 0, 2, 2, 1, 1, 3, 3]), 0, 1)).toBeCloseTo(1 / 7, 6);
  });

  it('is 0 for boxes that touch, and for boxes without area', () => {
    expect(boxIou([0, 0, 1, 1], [1, 0, 2, 1])).toBe(0);
    expect(boxIou([1, 1, 1, 1], [1, 1, 1, 1])).toBe(0);
    expect(boxIou([0, 0, 5e-324, 5e-324], [0, 0, 5e-324, 5e-324])).toBe(0);
  });

  it('is symmetric, within 0..1, and 1 for a box with itself', () => {
    fc.assert(
      fc.property(anyBox, anyBox, (a, b) => {
        const value = boxIou(a, b);
        expect(value).toBe(boxIou(b, a));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1 + 1e-9);
        const hasArea = a[2] - a[0] > 1e-6 && a[3] - a[1] > 1e-6;
        if (hasArea) expect(boxIou(a, a)).toBeCloseTo(1, 9);
      }),
    );
  });
});
