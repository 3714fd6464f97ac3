import { describe, expect, it } from 'vitest';
import { recordingContext } from '../testing/context.ts';
import type { Agreement } from '../types.ts';
import type { FloatGroup } from './floatGroups.ts';
import { type SearchRequest, searchFloatLayers, type Trial } from './search.ts';

const group = (name: string, cost: number): FloatGroup => ({ outputs: [`${name}1`, `${name}2`], cost });
/** In the order in which they run; `c` is the cheapest. */
const groups = [group('a', 0.1), group('b', 0.3), group('c', 0.05), group('d', 0.2)];
const layersOf = (...names: string[]) => names.flatMap((name) => [`${name}1`, `${name}2`]);

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

/** A search in which each group in float takes away the loss given for it, of 0.1 in all. */
function search(losses: Readonly<Record<string, number>>, more: Partial<SearchRequest> = {}) {
  const tried: string[] = [];
  const kept: Trial[] = [];
  const request: SearchRequest = {
    maxDrop: 0.011,
    trials: 20,
    groups,
    attempt: async (float) => {
      const names = [...new Set(float.map((output) => output.charAt(0)))];
      tried.push(names.join(''));
      return agreementOf(0.9 + names.reduce((sum, name) => sum + (losses[name] ?? 0), 0));
    },
    known: [],
    keep: async (trial) => {
      kept.push(trial);
    },
    ...more,
  };
  return { tried, kept, result: searchFloatLayers(request, recordingContext().context) };
}

describe('searchFloatLayers', () => {
  it('tries nothing else where quantizing everything is good enough', async () => {
    const { result, tried } = search({}, { maxDrop: 0.11 });
    expect((await result).best.float).toEqual([]);
    expect(tried).toEqual(['']);
  });

  it('takes the cheapest group that suffices alone', async () => {
    const { result, tried } = search({ d: 0.095, b: 0.1 });
    expect((await result).best.float).toEqual(layersOf('d'));
    expect(tried).toEqual(['', 'c', 'a', 'd']);
  });

  it('joins groups by what they bring for their cost, in the order in which they run', async () => {
    // Worth: d 0.06 / 0.21, b 0.04 / 0.31, a and c nothing.
    const { result, tried } = search({ d: 0.06, b: 0.04 });
    expect((await result).best.float).toEqual(layersOf('b', 'd'));
    expect(tried.slice(5)).toEqual(['bd']);
  });

  it('takes away again what turned out not to be needed', async () => {
    // Worth: a 0.02 / 0.11, d 0.03 / 0.21, b 0.06 / 0.31; all three are enough, and so are b and d.
    const { result, tried } = search({ a: 0.02, d: 0.03, b: 0.06 });
    expect((await result).best.float).toEqual(layersOf('b', 'd'));
    expect(tried).toContain('abd');
  });

  it('stops after the trials allowed with the best so far', async () => {
    const { result, tried } = search({ d: 0.04, b: 0.04 }, { trials: 4 });
    const { best, trials } = await result;
    expect(tried).toEqual(['', 'c', 'a', 'd']);
    expect(trials).toBe(4);
    expect(best.float).toEqual(layersOf('d'));
    expect(best.agreement.f1).toBeCloseTo(0.94);
  });

  it('does not run again what a stopped search has run', async () => {
    const losses = { d: 0.06, b: 0.04 };
    const first = search(losses);
    await first.result;
    const second = search(losses, { known: first.kept.slice(0, 3) });
    expect((await second.result).best.float).toEqual(layersOf('b', 'd'));
    expect(second.tried).toEqual(first.tried.slice(3));
  });
});
