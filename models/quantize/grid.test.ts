import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activationGrid, fromGrid, roundHalfEven, toGrid } from './grid.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const rangeWithValue = fc.tuple(finite, finite, fc.double({ min: 0, max: 1, noNaN: true })).map(([a, b, share]) => {
  const min = Math.min(a, b);
  const max = Math.max(a, b);
  return { range: { min, max }, value: min + (max - min) * share };
});
const type = fc.constantFrom('uint8' as const, 'int8' as const);

describe('activationGrid', () => {
  it('moves no value inside the range by more than half a step', () => {
    fc.assert(
      fc.property(rangeWithValue, type, ({ range, value }, kind) => {
        const grid = activationGrid(range, kind);
        const error = Math.abs(value - fromGrid(grid, toGrid(grid, value)));
        expect(error).toBeLessThanOrEqual((grid.scale / 2) * (1 + 1e-4));
      }),
    );
  });

  it('represents zero exactly', () => {
    fc.assert(
      fc.property(rangeWithValue, type, ({ range }, kind) => {
        const grid = activationGrid(range, kind);
        expect(Math.abs(fromGrid(grid, toGrid(grid, 0)))).toBe(0);
        expect(Number.isInteger(grid.zeroPoint)).toBe(true);
        expect(grid.zeroPoint).toBeGreaterThanOrEqual(grid.low);
        expect(grid.zeroPoint).toBeLessThanOrEqual(grid.high);
      }),
    );
  });

  it('holds every pixel value of 0..1 exactly on a step of 1/255', () => {
    const grid = activationGrid({ min: 0, max: 1 }, 'uint8');
    expect(grid).toEqual({ scale: Math.fround(1 / 255), zeroPoint: 0, low: 0, high: 255 });
    for (let pixel = 0; pixel < 256; pixel += 1) expect(toGrid(grid, pixel / 255)).toBe(pixel);
  });

  it('places the zero of -1..3 a quarter of the way up', () => {
    expect(activationGrid({ min: -1, max: 3 }, 'uint8').zeroPoint).toBe(64);
    expect(activationGrid({ min: -1, max: 3 }, 'int8').zeroPoint).toBe(-64);
  });

  it('gives a usable grid to a tensor that was always zero', () => {
    const grid = activationGrid({ min: 0, max: 0 }, 'uint8');
    expect(fromGrid(grid, toGrid(grid, 0))).toBe(0);
  });
});

describe('roundHalfEven', () => {
  it('rounds ties to the even neighbour and everything else to the nearest', () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, 2.5001].map((value) => roundHalfEven(value) + 0)).toEqual([
      -2, -2, 0, 0, 2, 2, 2, 3,
    ]);
  });
});
