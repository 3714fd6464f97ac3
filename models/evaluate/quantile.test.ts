import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantile } from './quantile.ts';

describe('quantile', () => {
  it("gives R's documented type 7 values", () => {
    // R: quantile(1:10) is 1, 3.25, 5.5, 7.75, 10; quantile(1:10, 0.9) is 9.1.
    const values = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect([0, 0.25, 0.5, 0.75, 0.9, 1].map((p) => quantile(values, p))).toEqual([1, 3.25, 5.5, 7.75, 9.1, 10]);
  });

  it("gives numpy's documented median", () => {
    // numpy.percentile([[10, 7, 4], [3, 2, 1]], 50) is 3.5.
    expect(quantile([1, 2, 3, 4, 7, 10], 0.5)).toBe(3.5);
    expect(median([10, 7, 4, 3, 2, 1])).toBe(3.5);
  });

  it('handles one value and none', () => {
    expect(quantile([4], 0.99)).toBe(4);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('lies between the extremes and never falls as p rises', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (list, p, q) => {
        const sorted = [...list].sort((a, b) => a - b);
        const [low, high] = [quantile(sorted, Math.min(p, q)), quantile(sorted, Math.max(p, q))];
        expect(low).toBeLessThanOrEqual(high + 1e-9);
        expect(low).toBeGreaterThanOrEqual((sorted[0] ?? 0) - 1e-9);
        expect(high).toBeLessThanOrEqual((sorted.at(-1) ?? 0) + 1e-9);
      }),
    );
  });
});
