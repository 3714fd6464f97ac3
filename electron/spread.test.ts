import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spread } from './spread.ts';

describe('spread', () => {
  it('takes all of a short list', () => {
    expect(spread([1, 2, 3], 3)).toEqual([1, 2, 3]);
    expect(spread([], 3)).toEqual([]);
  });

  it('takes exactly as many as asked for, evenly and in order', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 400 }));
    fc.assert(
      fc.property(sizes, ([limit, more]) => {
        const length = limit + more;
        const taken = spread(
          Array.from({ length }, (_, index) => index),
          limit,
        );
        expect(taken).toHaveLength(limit);
        expect(taken[0]).toBe(0);
        const gaps = taken.slice(1).map((index, position) => index - (taken[position] ?? 0));
        for (const gap of gaps) expect(Math.abs(gap - length / limit)).toBeLessThan(1);
      }),
    );
  });
});
