import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markBest } from './pareto.ts';

describe('markBest', () => {
  it('marks what nothing beats, equals together', () => {
    const points = [
      { path: 'baseline', p50: 50, f1: 1 },
      { path: 'faster', p50: 20, f1: 0.95 },
      { path: 'beaten', p50: 30, f1: 0.9 },
      { path: 'as good as faster', p50: 20, f1: 0.95 },
    ];
    expect(markBest(points).map((point) => point.best)).toEqual([true, true, false, true]);
  });

  it('leaves out times that are not those of the provider', () => {
    const points = [
      { path: 'baseline', p50: 50, f1: 1 },
      { path: 'fallback', p50: 1, f1: 1, isInvalid: true as const },
      { path: 'faster', p50: 20, f1: 0.95 },
    ];
    expect(markBest(points).map((point) => point.best)).toEqual([true, false, true]);
  });

  it('always marks the fastest of the best, and whatever is not marked is beaten by something marked', () => {
    const point = fc.record({
      path: fc.constant(''),
      p50: fc.integer({ min: 1, max: 9 }),
      f1: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), (points) => {
        const marked = markBest(points);
        const best = marked.filter((candidate) => candidate.best);
        expect(best.length).toBeGreaterThan(0);
        for (const loser of marked.filter((candidate) => !candidate.best)) {
          expect(best.some((winner) => winner.p50 <= loser.p50 && winner.f1 >= loser.f1)).toBe(true);
        }
      }),
    );
  });
});
