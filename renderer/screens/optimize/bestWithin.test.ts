import { describe, expect, it } from 'vitest';
import type { ComparedModel } from '../../../models/types.ts';
import { makeAgreement } from '../../testing/fakeModels.ts';
import { fastestWithin, smallestWithin } from './bestWithin.ts';

function compared(name: string, p50: number, bytes: number, lost: number | null): ComparedModel {
  return {
    path: `/${name}.onnx`,
    name,
    bytes,
    parameters: 1,
    macs: 1,
    sparsity: 0,
    precision: 'fp32',
    provider: { requested: 'cpu', used: 'cpu' },
    latency: { p50, p90: p50, p95: p50, p99: p50, mean: p50, min: p50, runs: 1, throughput: 1 },
    load: 1,
    peakMemory: 1,
    // F1 of m matched and l lost is 2m / (2m + l): 1 lost of 99 + 1 is 198/199, 20 lost of 90 + 20 is 0.9.
    ...(lost === null ? {} : { agreement: makeAgreement(lost === 1 ? 99 : 90, lost, 0) }),
    images: [],
  };
}

const models = [
  compared('original', 40, 12, null),
  compared('careful', 20, 6, 1),
  compared('bold', 10, 3, 20),
  compared('heavy', 30, 2, 1),
];
const nameOf = (model: ComparedModel | null) => model?.name ?? null;

describe('best within', () => {
  it('finds the fastest that drops by no more', () => {
    expect(nameOf(fastestWithin(models, 0))).toBe('original');
    expect(nameOf(fastestWithin(models, 0.02))).toBe('careful');
    expect(nameOf(fastestWithin(models, 0.1))).toBe('bold');
    expect(nameOf(fastestWithin([], 1))).toBeNull();
  });

  it('finds the smallest that is fast enough and drops by no more', () => {
    expect(nameOf(smallestWithin(models, 0.02, 30))).toBe('heavy');
    expect(nameOf(smallestWithin(models, 0.02, 25))).toBe('careful');
    expect(nameOf(smallestWithin(models, 0.02, 19))).toBeNull();
    expect(nameOf(smallestWithin(models, 1, 19))).toBe('bold');
  });

  it('takes no time that is not that of the provider that was asked for', () => {
    const provider = { requested: 'cuda', used: 'cpu', invalidBecause: 'There is no driver.' } as const;
    const fallen = models.map((model) => (model.name === 'bold' ? { ...model, provider } : model));
    expect(nameOf(fastestWithin(fallen, 0.1))).toBe('careful');
    expect(nameOf(smallestWithin(fallen, 1, 19))).toBeNull();
  });
});
