import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastScaleForBias, quantizeBias, quantizeWeights } from './weights.ts';

function squaredError(weights: Float32Array, values: Int8Array, scaleOf: (index: number) => number): number {
  return weights.reduce((sum, weight, index) => sum + (weight - (values[index] ?? 0) * scaleOf(index)) ** 2, 0);
}

describe('quantizeWeights', () => {
  it('gives back weights that lie on the grid exactly', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 11, maxLength: 11 }),
        fc.integer({ min: -20, max: 20 }),
        (integers, exponent) => {
          const step = 2 ** exponent;
          const onGrid = Float32Array.from([127, ...integers], (integer) => integer * step);
          const { values, scales } = quantizeWeights(onGrid, [1, 12], 0, 127);
          expect(scales[0]).toBe(step);
          expect(Array.from(values)).toEqual([127, ...integers.map((integer) => integer + 0)]);
        },
      ),
    );
  });

  it('moves no weight by more than half a step, in 8 and in 7 bits', () => {
    const anyWeights = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(anyWeights, fc.constantFrom(127 as const, 64 as const), (list, limit) => {
        const weights = Float32Array.from(list);
        const { values, scales } = quantizeWeights(weights, [4, 6], 0, limit);
        for (let index = 0; index < 24; index += 1) {
          const scale = scales[Math.floor(index / 6)] ?? 0;
          expect(Math.abs(values[index] ?? 0)).toBeLessThanOrEqual(limit);
          expect(Math.abs((weights[index] ?? 0) - (values[index] ?? 0) * scale)).toBeLessThanOrEqual(scale * 0.50001);
        }
      }),
    );
  });

  it('has no larger error bound in any channel than one scale for all would have', () => {
    const anyWeights = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(anyWeights, (list) => {
        const weights = Float32Array.from(list);
        const perTensor = quantizeWeights(weights, [4, 6], null, 127);
        const perChannel = quantizeWeights(weights, [4, 6], 0, 127);
        expect(perTensor.scales).toHaveLength(1);
        for (const [channel, scale] of perChannel.scales.entries()) {
          const part = weights.slice(channel * 6, channel * 6 + 6);
          if (part.some((weight) => Math.abs(weight) > 1e-30)) {
            expect(scale).toBeLessThanOrEqual(perTensor.scales[0] ?? 0);
          }
        }
      }),
    );
  });

  it('beats one scale for all where channels differ much in size', () => {
    const weights = Float32Array.from({ length: 64 }, (_, index) => Math.sin(index * 1.7) * (index < 32 ? 4 : 0.01));
    const perTensor = quantizeWeights(weights, [2, 32], null, 127);
    const perChannel = quantizeWeights(weights, [2, 32], 0, 127);
    const small = (index: number) => index >= 32;
    const errorOf = (quantized: typeof perTensor, scaleOf: (index: number) => number) =>
      squaredError(
        weights.filter((_, index) => small(index)),
        quantized.values.filter((_, index) => small(index)),
        (index) => scaleOf(index + 32),
      );
    const whole = errorOf(perTensor, () => perTensor.scales[0] ?? 0);
    const each = errorOf(perChannel, (index) => perChannel.scales[Math.floor(index / 32)] ?? 0);
    expect(each).toBeLessThan(whole / 100);
  });

  it('follows the axis: along axis 1 the columns have their own scales', () => {
    const { values, scales } = quantizeWeights(Float32Array.of(1, 100, -2, 200), [2, 2], 1, 127);
    expect(Array.from(scales)).toEqual([Math.fround(2 / 127), Math.fround(200 / 127)]);
    // 63.5 ties to the even 64.
    expect(Array.from(values)).toEqual([64, 64, -127, 127]);
  });
});

describe('quantizeBias', () => {
  it('fits int32 even where the weights of a channel are nearly zero', () => {
    const inputScale = 0.02;
    const least = leastScaleForBias(30, inputScale);
    const { scales } = quantizeWeights(Float32Array.of(1e-12, -1e-12), [1, 2], 0, 127, [least]);
    const bias = quantizeBias(Float32Array.of(30), inputScale, scales);
    expect((bias.values[0] ?? 0) * (bias.scales[0] ?? 0)).toBeCloseTo(30, 5);
    expect(Math.abs(bias.values[0] ?? 0)).toBeLessThanOrEqual(2 ** 30 * 1.0001);
  });

  it('is the bias divided by the product of the scales', () => {
    const bias = quantizeBias(Float32Array.of(1, -0.5), 0.5, Float32Array.of(0.25, 0.125));
    expect(Array.from(bias.values)).toEqual([8, -8]);
    expect(Array.from(bias.scales)).toEqual([0.125, 0.0625]);
  });
});
