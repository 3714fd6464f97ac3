import { describe, expect, it } from 'vitest';
import { correctBias } from './biasCorrection.ts';

describe('correctBias', () => {
  it('adds what the rounded weights take from the mean', () => {
    // One output of two inputs with means 2 and 10: (1.5 - 1) * 2 + (0.25 - 0.5) * 10 = -1.5.
    const corrected = correctBias(
      new Float32Array([3]),
      new Float32Array([1.5, 0.25]),
      new Float32Array([1, 0.5]),
      [1, 2, 1, 1],
      [2, 10],
    );
    expect([...corrected]).toEqual([1.5]);
  });

  it('looks at the channels of the own group alone', () => {
    // Depthwise: each output reads one input; errors 0.5 and -0.25 times means 4 and 8.
    const weights = new Float32Array([1.5, 0.75]);
    const corrected = correctBias(new Float32Array(2), weights, new Float32Array([1, 1]), [2, 1, 1, 1], [4, 8]);
    expect([...corrected]).toEqual([2, -2]);
  });
});
