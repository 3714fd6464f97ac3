import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box } from '../types.ts';
import { addToTally, agreementFrom, countMoved, emptyTally, type MatchableBox, matchBoxes } from './agreement.ts';

function thing(classId: number, score: number, ...box: [number, number, number, number]): MatchableBox {
  return { classId, score, box };
}

function agree(baseline: readonly MatchableBox[], variant: readonly MatchableBox[]) {
  const tally = emptyTally();
  addToTally(tally, matchBoxes(baseline, variant), baseline, variant);
  return agreementFrom(tally);
}

const boxes = fc.array(
  fc
    .record({
      classId: fc.integer({ min: 0, max: 2 }),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
      width: fc.integer({ min: 1, max: 40 }),
      height: fc.integer({ min: 1, max: 40 }),
    })
    .map(({ classId, score, x, y, width, height }): MatchableBox => {
      const box: Box = [x, y, x + width, y + height];
      return { classId, score, box };
    }),
  { maxLength: 25 },
);

describe('matchBoxes', () => {
  it('calculated by hand: one kept, one lost, one extra', () => {
    const baseline = [thing(0, 0.9, 0, 0, 10, 10), thing(0, 0.8, 50, 50, 60, 60)];
    // Overlap 10 x 8 = 80 of a union of 100 + 100 - 80 = 120.
    const variant = [thing(0, 0.7, 0, 2, 10, 12), thing(1, 0.6, 80, 80, 90, 90)];
    const match = matchBoxes(baseline, variant);
    expect(match.pairs).toHaveLength(1);
    expect(match.pairs[0]).toMatchObject({ baseline: 0, variant: 0 });
    expect(match.pairs[0]?.iou).toBeCloseTo(80 / 120, 6);
    expect(match.lost).toEqual([1]);
    expect(match.extra).toEqual([1]);
    expect(match.changedClass).toEqual([]);
    expect(countMoved(match)).toBe(1);
    const agreement = agree(baseline, variant);
    expect(agreement.f1).toBeCloseTo(2 / 4, 12);
    expect(agreement.precision).toBe(0.5);
    expect(agreement.recall).toBe(0.5);
    expect(agreement.meanIou).toBeCloseTo(2 / 3, 6);
    expect(agreement.scoreShift).toBeCloseTo(-0.2, 12);
    expect(agreement.scoreError).toBeCloseTo(0.2, 12);
  });

  it('lets the stronger variant box choose first, and gives a baseline box away once', () => {
    const baseline = [thing(0, 0.9, 0, 0, 10, 10)];
    const variant = [thing(0, 0.5, 0, 0, 10, 10), thing(0, 0.8, 0, 1, 10, 11)];
    const match = matchBoxes(baseline, variant);
    expect(match.pairs.map((pair) => pair.variant)).toEqual([1]);
    expect(match.extra).toEqual([0]);
  });

  it('takes an IoU of exactly the threshold and breaks ties by index', () => {
    // Each overlaps in 10 x 5 = 50 of a union of 100: exactly one half.
    const baseline = [thing(0, 0.9, 0, 0, 10, 5), thing(0, 0.9, 0, 5, 10, 10)];
    const variant = [thing(0, 0.5, 0, 0, 10, 10)];
    const match = matchBoxes(baseline, variant);
    expect(match.pairs).toEqual([{ baseline: 0, variant: 0, iou: 0.5 }]);
    expect(match.lost).toEqual([1]);
  });

  it('sees that a thing was found under another name', () => {
    const match = matchBoxes([thing(2, 0.9, 0, 0, 10, 10)], [thing(7, 0.9, 0, 0, 10, 9)]);
    expect(match.pairs).toEqual([]);
    expect(match.lost).toEqual([0]);
    expect(match.extra).toEqual([0]);
    expect(match.changedClass).toMatchObject([{ baseline: 0, variant: 0 }]);
  });

  it('a model agrees wholly with itself', () => {
    fc.assert(
      fc.property(boxes, (list) => {
        const agreement = agree(list, list);
        expect(agreement).toMatchObject({ f1: 1, precision: 1, recall: 1, lost: 0, extra: 0, matched: list.length });
        expect(agreement.meanIou).toBe(list.length === 0 ? null : 1);
      }),
    );
  });

  it('accounts for every box exactly once and stays within bounds', () => {
    fc.assert(
      fc.property(boxes, boxes, (baseline, variant) => {
        const match = matchBoxes(baseline, variant);
        const seenBaseline = [...match.pairs.map((pair) => pair.baseline), ...match.lost].sort((a, b) => a - b);
        const seenVariant = [...match.pairs.map((pair) => pair.variant), ...match.extra].sort((a, b) => a - b);
        expect(seenBaseline).toEqual([...baseline.keys()]);
        expect(seenVariant).toEqual([...variant.keys()]);
        for (const pair of match.pairs) {
          expect(pair.iou).toBeGreaterThanOrEqual(0.5);
          expect(baseline[pair.baseline]?.classId).toBe(variant[pair.variant]?.classId);
        }
        for (const pair of match.changedClass) {
          expect(match.lost).toContain(pair.baseline);
          expect(match.extra).toContain(pair.variant);
        }
        const { f1, precision, recall, changedClass, lost, extra } = agree(baseline, variant);
        expect(Math.min(precision, recall)).toBeLessThanOrEqual(f1 + 1e-12);
        expect(f1).toBeLessThanOrEqual(Math.max(precision, recall) + 1e-12);
        expect(changedClass).toBeLessThanOrEqual(Math.min(lost, extra));
      }),
    );
  });

  it('swapping the roles swaps lost and extra wherever every box has one possible partner at most', () => {
    const sparse = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 15 });
    fc.assert(
      fc.property(sparse, sparse, (left, right) => {
        // Places on a line, 100 pixels apart: a box can only meet the one in its own place.
        const baseline = left.map((place) => thing(place % 3, 0.5, place * 100, 0, place * 100 + 20, 20));
        const variant = right.map((place) => thing(place % 3, 0.4, place * 100 + 2, 0, place * 100 + 22, 20));
        const forth = agree(baseline, variant);
        const back = agree(variant, baseline);
        expect(back).toMatchObject({ lost: forth.extra, extra: forth.lost, matched: forth.matched, f1: forth.f1 });
        expect(back.precision).toBe(forth.recall);
        expect(back.scoreShift ?? 0).toBeCloseTo(-(forth.scoreShift ?? 0), 12);
        expect(back.scoreError ?? 0).toBeCloseTo(forth.scoreError ?? 0, 12);
      }),
    );
  });
});

describe('agreementFrom', () => {
  it('is perfect where neither model sees anything, and nothing where only one does', () => {
    expect(agree([], [])).toMatchObject({ f1: 1, precision: 1, recall: 1, meanIou: null, scoreShift: null, images: 1 });
    expect(agree([thing(0, 1, 0, 0, 1, 1)], [])).toMatchObject({ f1: 0, precision: 1, recall: 0, lost: 1 });
    expect(agree([], [thing(0, 1, 0, 0, 1, 1)])).toMatchObject({ f1: 0, precision: 0, recall: 1, extra: 1 });
  });

  it('sums boxes over pictures rather than averaging pictures', () => {
    const one = [thing(0, 1, 0, 0, 10, 10)];
    const tally = emptyTally();
    addToTally(tally, matchBoxes(one, one), one, one);
    addToTally(tally, matchBoxes(one, []), one, []);
    addToTally(tally, matchBoxes([], []), [], []);
    expect(agreementFrom(tally)).toMatchObject({ f1: 2 / 3, images: 3, matched: 1, lost: 1 });
  });
});
