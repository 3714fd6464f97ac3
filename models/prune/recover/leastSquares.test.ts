import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestSolution } from './leastSquares.ts';

/** Samples with means taken away, and what follows from them for wanted outputs that `truth` [inputs, outputs] gives. */
function normalOf(samples: readonly (readonly number[])[], truth: readonly (readonly number[])[]) {
  const inputs = truth.length;
  const outputs = truth[0]?.length ?? 0;
  const gram = new Float32Array(inputs * inputs);
  const cross = new Float32Array(inputs * outputs);
  for (const row of samples) {
    for (let i = 0; i < inputs; i += 1) {
      for (let j = 0; j < inputs; j += 1)
        gram[i * inputs + j] = (gram[i * inputs + j] ?? 0) + (row[i] ?? 0) * (row[j] ?? 0);
      for (let o = 0; o < outputs; o += 1) {
        const wanted = row.reduce((sum, value, at) => sum + value * (truth[at]?.[o] ?? 0), 0);
        cross[i * outputs + o] = (cross[i * outputs + o] ?? 0) + (row[i] ?? 0) * wanted;
      }
    }
  }
  return { gram, cross, inputs, outputs };
}

const samples = [
  [1, 0, 2],
  [0, 3, -1],
  [-2, 1, 1],
  [1, -4, -2],
];
const truth = [
  [1, -2],
  [0.5, 3],
  [-1, 0.25],
];

describe('nearestSolution', () => {
  it('finds the weights that made the outputs', () => {
    const solution = nearestSolution(normalOf(samples, truth), new Float64Array(6), 1e-9);
    for (const [at, value] of truth.flat().entries()) expect(solution?.[at]).toBeCloseTo(value, 5);
  });

  it('stays where it is when it is held firmly', () => {
    const present = Float64Array.from([5, 4, 3, 2, 1, 0]);
    const solution = nearestSolution(normalOf(samples, truth), present, 1e9);
    for (const [at, value] of present.entries()) expect(solution?.[at]).toBeCloseTo(value, 5);
  });

  it('keeps weights of inputs that say nothing', () => {
    const { gram, cross, inputs, outputs } = normalOf(
      samples.map(([a = 0, b = 0]) => [a, b, 0]),
      truth,
    );
    const solution = nearestSolution({ gram, cross, inputs, outputs }, Float64Array.from([0, 0, 0, 0, 7, 8]), 1e-6);
    expect([...(solution?.slice(4) ?? [])]).toEqual([7, 8]);
  });

  it('gives nothing for what is not finite', () => {
    const normal = { gram: Float32Array.from([Number.NaN]), cross: Float32Array.from([1]), inputs: 1, outputs: 1 };
    expect(nearestSolution(normal, new Float64Array(1), 0.01)).toBeUndefined();
  });

  it('is the closed form for one input: (C + r G w) / (G + r G)', () => {
    const value = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(value, value, value, value, (power, product, weight, ridge) => {
        const gram = Float32Array.from([power]);
        const cross = Float32Array.from([product]);
        const [g = 0, c = 0] = [gram[0], cross[0]];
        const solution = nearestSolution({ gram, cross, inputs: 1, outputs: 1 }, Float64Array.from([weight]), ridge);
        expect(solution?.[0]).toBeCloseTo((c + ridge * g * weight) / (g + ridge * g), 6);
      }),
    );
  });
});
