import { describe, expect, it } from 'vitest';
import { addToHistogram, makeHistogram, percentileRange } from './histogram.ts';

describe('percentileRange', () => {
  it('finds the quantiles of evenly spread values', () => {
    const values = Float32Array.from({ length: 100_001 }, (_, index) => index / 100_000);
    const histogram = makeHistogram({ min: 0, max: 1 }, 2048);
    addToHistogram(histogram, values);
    const range = percentileRange(histogram, 99);
    expect(range.min).toBeCloseTo(0.005, 4);
    expect(range.max).toBeCloseTo(0.995, 4);
  });

  it('finds the quantiles of an exponential distribution: -ln(1-q)', () => {
    const count = 400_000;
    // Values at the middle of equal shares of probability, so the sample's quantiles are those of the distribution.
    const values = Float32Array.from({ length: count }, (_, index) => -Math.log(1 - (index + 0.5) / count));
    const max = values.at(-1) ?? 0;
    const histogram = makeHistogram({ min: 0, max }, 2048);
    addToHistogram(histogram, values);
    const range = percentileRange(histogram, 99.9);
    expect(range.max).toBeCloseTo(-Math.log(0.0005), 1);
    expect(Math.abs(range.max - -Math.log(0.0005))).toBeLessThan(max / 2048);
    expect(Math.abs(range.min - -Math.log(1 - 0.0005))).toBeLessThan(max / 2048);
  });

  it('keeps everything at 100 per cent and drops a lone outlier below', () => {
    const histogram = makeHistogram({ min: -1, max: 100 }, 2048);
    addToHistogram(histogram, Float32Array.of(100));
    for (let batch = 0; batch < 100; batch += 1) {
      addToHistogram(
        histogram,
        Float32Array.from({ length: 10_000 }, (_, index) => Math.sin(index)),
      );
    }
    expect(percentileRange(histogram, 100)).toEqual({ min: -1, max: 100 });
    expect(percentileRange(histogram, 99.999).max).toBeLessThan(1.1);
  });

  it('counts values at the very ends and survives a range of one value', () => {
    const histogram = makeHistogram({ min: 2, max: 2 }, 16);
    addToHistogram(histogram, Float32Array.of(2, 2, 2));
    expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
    expect(percentileRange(histogram, 99)).toEqual({ min: 2, max: 2 });
  });
});
