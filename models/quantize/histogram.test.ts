import { describe, expect, it } from 'vitest';
import { addToHistogram, edgeOf, makeHistogram } from './histogram.ts';

const sum = (counts: Float64Array) => counts.reduce((total, count) => total + count, 0);

describe('a histogram', () => {
  it('counts values into equal bins around zero', () => {
    // Bins of width 1 over -2..2.
    const { counts, limit } = addToHistogram(makeHistogram(4), Float32Array.of(-2, -1.5, -0.5, 0, 0.5, 1, 2));
    expect(limit).toBe(2);
    expect([...counts]).toEqual([2, 1, 2, 2]);
  });

  it('grows by whole bins for larger values and keeps what was counted', () => {
    const first = addToHistogram(makeHistogram(4), Float32Array.of(-2, 0.5));
    const grown = addToHistogram(first, Float32Array.of(3.5));
    // 1.5 more than 2 take two more bins of width 1 at either end.
    expect(grown.limit).toBe(4);
    expect([...grown.counts]).toEqual([0, 0, 1, 0, 1, 0, 0, 1]);
    expect(grown).toMatchObject({ min: -2, max: 3.5, values: 3, squares: 4 + 0.25 + 12.25 });
    expect(edgeOf(grown, 0)).toBe(-4);
    expect(edgeOf(grown, 8)).toBe(4);
  });

  it('loses no value: zeros alone, then others, then much larger ones', () => {
    let histogram = addToHistogram(makeHistogram(16), new Float32Array(5));
    histogram = addToHistogram(histogram, Float32Array.of(1e-3, -1e-3));
    histogram = addToHistogram(histogram, Float32Array.of(1e9));
    expect(sum(histogram.counts)).toBe(8);
    expect(histogram.counts.length).toBeLessThanOrEqual(2 ** 20);
    // The zeros stay in the bin that begins at zero.
    expect(histogram.counts[histogram.counts.length / 2]).toBeGreaterThanOrEqual(5);
  });
});
