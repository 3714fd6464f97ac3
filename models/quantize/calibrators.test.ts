import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random.ts';
import { entropyRange, percentileRange, squaredErrorRange } from './calibrators.ts';
import { activationGrid, fromGrid, type Range, toGrid } from './grid.ts';
import { countValues, type Histogram, histogramOfMagnitudes, histogramOfValues } from './histogram.ts';

/** Counts batches, each on its own, into bins over all of them. */
function counted(makeHistogram: typeof histogramOfValues, ...batches: readonly Float32Array[]): Histogram {
  const spread = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, least: Number.POSITIVE_INFINITY };
  for (const values of batches) {
    for (const value of values) {
      spread.min = Math.min(spread.min, value);
      spread.max = Math.max(spread.max, value);
      spread.least = Math.min(spread.least, Math.abs(value));
    }
  }
  const histogram = makeHistogram(spread, 2048);
  for (const values of batches) countValues(histogram, values);
  return histogram;
}

/** Values of growing spread in a closed form, so that another program can make the same. */
const batch = (k: number) =>
  Float32Array.from({ length: 20_000 }, (_, i) => Math.sin(i + k) * (1 + (i % 97) / 10) ** (1 + k / 2));
const positive = (values: Float32Array) => values.map((value) => Math.max(0, value));

/** Signal over quantization noise in dB: 20 log10(|x| / |x - q(x)|). */
function decibels(values: Float32Array, range: Range): number {
  const grid = activationGrid(range, 'uint8');
  let [signal, noise] = [0, 0];
  for (const value of values) {
    signal += value * value;
    noise += (value - fromGrid(grid, toGrid(grid, value))) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** Normal values (Box and Muller) with one far outlier. */
function normalsWithOutlier(count: number): Float32Array {
  const random = seededRandom(5);
  return Float32Array.from({ length: count }, (_, index) =>
    index === 7 ? 60 : Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}
const withOutlier = normalsWithOutlier(20_000);

describe('percentile', () => {
  // HistogramCollector of onnxruntime 1.32.0: 'percentile', symmetric (its default), 2048 bins, 99.9, the same three batches at once.
  it.each([
    ['signed values', (values: Float32Array) => values, -108.13423919677734, 108.13423919677734],
    ['positive values', positive, 0, 105.775146484375],
  ])('gives the thresholds of onnxruntime for %s', (_name, change, min, max) => {
    const batches = [0, 1, 2].map((k) => change(batch(k)));
    const range = percentileRange(counted(histogramOfMagnitudes, ...batches), 99.9);
    expect(Math.abs(range.min - min)).toBeLessThan(1e-5 * max);
    expect(Math.abs(range.max - max)).toBeLessThan(1e-5 * max);
    // The order of the pictures does not matter.
    expect(percentileRange(counted(histogramOfMagnitudes, ...batches.reverse()), 99.9)).toEqual(range);
  });

  it('finds the quantiles of evenly spread values to a bin', () => {
    const values = Float32Array.from({ length: 100_001 }, (_, index) => index / 100_000);
    const range = percentileRange(counted(histogramOfMagnitudes, values), 99);
    expect(range.min).toBe(0);
    expect(Math.abs(range.max - 0.99)).toBeLessThan(1 / 2048);
  });

  it('keeps everything at 100 per cent and drops a lone outlier below', () => {
    const histogram = counted(histogramOfMagnitudes, withOutlier);
    expect(percentileRange(histogram, 100)).toEqual({ min: histogram.spread.min, max: 60 });
    expect(percentileRange(histogram, 99.9).max).toBeLessThan(6);
  });
});

describe('entropy', () => {
  // HistogramCollector of onnxruntime 1.32.0: 'entropy', 2048 bins, 128 levels, one batch.
  it.each([
    ['signed values', (values: Float32Array) => values, -34.5080451965332, 34.510894775390625],
    ['positive values', positive, 0, 34.510894775390625],
  ])('gives the thresholds of onnxruntime for %s', (_name, change, min, max) => {
    const range = entropyRange(counted(histogramOfValues, change(batch(1))));
    expect(range.min).toBeCloseTo(min, 4);
    expect(range.max).toBeCloseTo(max, 4);
  });
});

describe('squared error', () => {
  it('finds what trying every range by hand finds', () => {
    const histogram = counted(histogramOfValues, withOutlier);
    const found = squaredErrorRange(histogram, 255);
    let best = Number.NEGATIVE_INFINITY;
    for (let low = -6; low < 0; low += 0.5) {
      for (let high = 0.5; high <= 60; high += high < 8 ? 0.5 : 2) {
        best = Math.max(best, decibels(withOutlier, { min: low, max: high }));
      }
    }
    expect(decibels(withOutlier, found)).toBeGreaterThan(best - 0.1);
  });

  it('keeps the whole range where nothing stands out', () => {
    const even = Float32Array.from({ length: 10_001 }, (_, index) => index / 10_000);
    const range = squaredErrorRange(counted(histogramOfValues, even), 255);
    expect(range.min).toBe(0);
    expect(range.max).toBeGreaterThan(0.995);
  });
});

it('entropy and squared error beat the whole range where a value stands out', () => {
  // As many values as a feature map has: cutting one of them off costs less than fine steps gain for all others.
  const values = normalsWithOutlier(1_000_000);
  const histogram = counted(histogramOfValues, values);
  const whole = decibels(values, { min: histogram.spread.min, max: histogram.spread.max });
  expect(decibels(values, squaredErrorRange(histogram, 255))).toBeGreaterThan(whole);
  expect(decibels(values, entropyRange(histogram))).toBeGreaterThan(whole);
});
