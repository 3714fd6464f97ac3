import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHarm } from '../geometry/harm.ts';
import type { ImageDifference } from '../types.ts';
import { keepMostHarmed, worstOf } from './harm.ts';

function difference(lost: number, changedClass: number, extra: number, moved: number, path = ''): ImageDifference {
  return { path, lost, extra, moved, changedClass, groups: [] };
}

const differences = fc.array(
  fc
    .tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 2 })))
    .map(([a = 0, b = 0, c = 0, d = 0]) => difference(a, b, c, d)),
  { maxLength: 30 },
);

describe('harm', () => {
  it('counts lost boxes first, then other classes, extra and moved ones', () => {
    const sorted = [difference(0, 0, 0, 9), difference(0, 0, 1, 0), difference(0, 1, 0, 0), difference(1, 0, 0, 0)];
    expect([...sorted].reverse().sort(compareHarm)).toEqual([...sorted].reverse());
    expect(worstOf(sorted)).toBe(sorted[3]);
    expect(worstOf([])).toBeUndefined();
  });

  it('keeps what sorting the whole list and cutting it would keep, in the same order', () => {
    fc.assert(
      fc.property(differences, fc.integer({ min: 1, max: 8 }), (list, limit) => {
        const kept: { worst: ImageDifference; index: number }[] = [];
        for (const [index, worst] of list.entries()) keepMostHarmed(kept, { worst, index }, limit);
        const expected = list
          .map((worst, index) => ({ worst, index }))
          .sort((a, b) => compareHarm(a.worst, b.worst) || a.index - b.index)
          .slice(0, limit);
        expect(kept).toEqual(expected);
      }),
    );
  });
});
