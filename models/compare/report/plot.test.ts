import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceTicks } from './plot.ts';

describe('niceTicks', () => {
  it('gives round numbers that cover the range', () => {
    expect(niceTicks(0, 53, 5)).toEqual([0, 20, 40, 60]);
    expect(niceTicks(0.71, 1, 4)).toEqual([0.7, 0.8, 0.9, 1]);
    expect(niceTicks(0, 0.043, 5)).toEqual([0, 0.01, 0.02, 0.03, 0.04, 0.05]);
  });

  it('covers any range with few, evenly spaced ticks', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1000, noNaN: true }),
        fc.double({ min: 0.001, max: 1e5, noNaN: true }),
        (low, span) => {
          const ticks = niceTicks(low, low + span, 5);
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(8);
          expect(ticks[0]).toBeLessThanOrEqual(low + 1e-6 * span);
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + span - 1e-6 * (low + span));
        },
      ),
    );
  });
});
