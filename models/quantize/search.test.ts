import { describe, expect, it } from 'vitest';
import { recordingContext } from '../testing/context.ts';
import type { Agreement } from '../types.ts';
import type { LayerNoise } from './layerNoise.ts';
import { type SearchRequest, searchFloatLayers, type Trial } from './search.ts';

const layers: LayerNoise[] = Array.from({ length: 40 }, (_, at) => ({
  output: `t${at}`,
  name: `layer ${at}`,
  operator: 'Conv',
  sqnr: at,
}));
const agreementOf = (f1: number): Agreement => ({
  f1,
  precision: f1,
  recall: f1,
  matched: 1,
  lost: 0,
  extra: 0,
  changedClass: 0,
  meanIou: null,
  scoreShift: null,
  scoreError: null,
  images: 1,
});

/** A search in which the first `needed` layers have to be float, each of them costing 0.01. */
function search(needed: number, more: Partial<SearchRequest> = {}) {
  const counts: number[] = [];
  const kept: Trial[] = [];
  const request: SearchRequest = {
    maxDrop: 0.001,
    trials: 12,
    rank: async () => layers,
    attempt: async (float) => {
      counts.push(float.length);
      return agreementOf(1 - 0.01 * Math.max(0, needed - float.length));
    },
    known: [],
    keep: async (trial) => {
      kept.push(trial);
    },
    ...more,
  };
  return { counts, kept, result: searchFloatLayers(request, recordingContext().context) };
}

describe('searchFloatLayers', () => {
  it('ranks nothing where quantizing everything is good enough', async () => {
    const { result, counts } = search(0, { rank: () => Promise.reject(new Error('not needed')) });
    expect((await result).best.float).toEqual([]);
    expect(counts).toEqual([0]);
  });

  it.each([1, 2, 3, 5, 11, 21, 40])('finds the fewest layers: %i', async (needed) => {
    const { result } = search(needed);
    const { best, trials } = await result;
    expect(best.float).toEqual(layers.slice(0, needed));
    expect(trials).toBeLessThanOrEqual(12);
  });

  it('stops after the trials allowed with the best so far', async () => {
    const { result, counts } = search(30, { trials: 4 });
    const { best, trials } = await result;
    expect(counts).toEqual([0, 1, 2, 4]);
    expect(trials).toBe(4);
    expect(best.float).toHaveLength(4);
    expect(best.agreement.f1).toBeCloseTo(0.74);
  });

  it('does not run again what a stopped search has run', async () => {
    const first = search(5);
    await first.result;
    const second = search(5, { known: first.kept.slice(0, 3) });
    await second.result;
    expect(second.counts).toEqual(first.counts.slice(3));
  });
});
