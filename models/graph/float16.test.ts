import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { halfToNumber, numberToHalf } from './float16.ts';

describe('halfToNumber', () => {
  it('reads the values IEEE 754 gives for well-known patterns', () => {
    expect(halfToNumber(0x3c00)).toBe(1);
    expect(halfToNumber(0xc000)).toBe(-2);
    expect(halfToNumber(0x7bff)).toBe(65504);
    expect(halfToNumber(0x0400)).toBe(2 ** -14);
    expect(halfToNumber(0x0001)).toBe(2 ** -24);
    expect(halfToNumber(0x03ff)).toBe(1023 * 2 ** -24);
    expect(halfToNumber(0x3555)).toBe(0.333251953125);
    expect(halfToNumber(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
    expect(halfToNumber(0x7e00)).toBeNaN();
    expect(Object.is(halfToNumber(0x8000), -0)).toBe(true);
  });
});

describe('numberToHalf', () => {
  it('is the inverse of halfToNumber for every pattern', () => {
    for (let half = 0; half < 0x10000; half += 1) {
      const value = halfToNumber(half);
      if (!Number.isNaN(value)) expect(numberToHalf(value)).toBe(half);
    }
  });

  it('rounds ties to even', () => {
    expect(numberToHalf(1 + 2 ** -11)).toBe(0x3c00);
    expect(numberToHalf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(numberToHalf(2 ** -25)).toBe(0);
    expect(numberToHalf(3 * 2 ** -25)).toBe(2);
    expect(numberToHalf(2047.5 * 2 ** -25)).toBe(0x0400);
  });

  it('overflows to infinity from 65520 on', () => {
    expect(numberToHalf(65519)).toBe(0x7bff);
    expect(numberToHalf(65520)).toBe(0x7c00);
    expect(numberToHalf(-1e10)).toBe(0xfc00);
    expect(halfToNumber(numberToHalf(Number.NaN))).toBeNaN();
  });

  it('never has a nearer neighbour than the one it chose', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: Math.fround(-65000), max: Math.fround(65000) }), (value) => {
        const half = numberToHalf(value);
        const error = Math.abs(halfToNumber(half) - value);
        for (const neighbour of [half - 1, half + 1]) {
          const other = halfToNumber(neighbour & 0xffff);
          if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - value));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
