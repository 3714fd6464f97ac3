import { describe, expect, it } from 'vitest';
import { countOf, countValues, histogramOfMagnitudes, histogramOfValues } from './histogram.ts';

describe('a histogram', () => {
  it('counts values into equal bins around zero', () => {
    // Bins of width 1 over -2..2.
    const histogram = histogramOfValues({ min: -2, max: 2, least: 0 }, 4);
    countValues(histogram, Float32Array.of(-2, -1.5, -0.5, 0, 0.5, 1, 2));
    expect([...histogram.edges]).toEqual([-2, -1, 0, 1, 2]);
    expect([...histogram.counts]).toEqual([2, 1, 2, 2]);
  });

  it('counts magnitudes from the least to the largest', () => {
    // Bins of width 0.5 over 1..3.
    const histogram = histogramOfMagnitudes({ min: -3, max: 2, least: 1 }, 4);
    countValues(histogram, Float32Array.of(-3, -1, 1.25, 1.5, 2));
    expect([...histogram.edges]).toEqual([1, 1.5, 2, 2.5, 3]);
    expect([...histogram.counts]).toEqual([2, 1, 1, 1]);
  });

  // numpy 2.4: numpy.histogram(a, bins=5) of a = float32([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]).
  it('puts values on edges where NumPy puts them', () => {
    const values = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);
    const histogram = histogramOfMagnitudes({ min: values[0] ?? 0, max: values[5] ?? 0, least: values[0] ?? 0 }, 5);
    countValues(histogram, values);
    expect([...histogram.counts]).toEqual([1, 1, 1, 1, 2]);
  });

  it('has bins where all values are the same, and loses none that lies beyond', () => {
    const histogram = histogramOfMagnitudes({ min: 3, max: 3, least: 3 }, 8);
    countValues(histogram, Float32Array.of(3, 3, 1000, -1e-9));
    expect(countOf(histogram)).toBe(4);
    expect(histogram.edges[4]).toBe(3);
  });
});
