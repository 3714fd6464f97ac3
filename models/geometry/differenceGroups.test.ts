import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box, DifferenceGroup } from '../types.ts';
import { countMoved, type MatchableBox, matchBoxes } from './agreement.ts';
import { sizeOfBox } from './boxSize.ts';
import { addToClassTally, type ClassTally, classAgreements } from './classAgreement.ts';
import { groupDifferences } from './differenceGroups.ts';

const box = (classId: number, corners: Box, score = 0.5): MatchableBox => ({ classId, score, box: corners });

describe('sizeOfBox', () => {
  it("parts at COCO's areas, 32² and 96²", () => {
    expect(sizeOfBox([0, 0, 31, 33])).toBe('small'); // 1023
    expect(sizeOfBox([0, 0, 32, 32])).toBe('medium');
    expect(sizeOfBox([10, 10, 105, 106])).toBe('medium'); // 95 x 96
    expect(sizeOfBox([0, 0, 96, 96])).toBe('large');
  });
});

describe('groupDifferences', () => {
  it('counts by kind, class and size', () => {
    const baseline = [
      box(0, [0, 0, 100, 100]), // found, but shifted
      box(1, [200, 0, 220, 20]), // lost
      box(1, [300, 0, 320, 20]), // lost
      box(2, [400, 0, 450, 50]), // named 3 by the variant
    ];
    const variant = [box(0, [0, 0, 80, 100]), box(3, [400, 0, 450, 50]), box(4, [600, 0, 700, 100])];
    const groups = groupDifferences(matchBoxes(baseline, variant), baseline, variant);
    const expected: readonly DifferenceGroup[] = [
      { kind: 'lost', classId: 1, size: 'small', count: 2 },
      { kind: 'lost', classId: 2, size: 'medium', count: 1 },
      { kind: 'extra', classId: 3, size: 'medium', count: 1 },
      { kind: 'extra', classId: 4, size: 'large', count: 1 },
      { kind: 'changed-class', classId: 2, size: 'medium', count: 1 },
      { kind: 'moved', classId: 0, size: 'large', count: 1 },
    ];
    expect(groups).toHaveLength(expected.length);
    expect(groups).toEqual(expect.arrayContaining([...expected]));
  });

  const someBox = fc
    .record({
      classId: fc.nat(2),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      at: fc.tuple(fc.nat(3), fc.nat(3)),
    })
    .map(({ classId, score, at: [x, y] }) => box(classId, [20 * x, 20 * y, 20 * x + 40, 20 * y + 45], score));
  const boxes = fc.array(someBox, { maxLength: 12 });

  it('loses no box and invents none', () => {
    fc.assert(
      fc.property(boxes, boxes, (baseline, variant) => {
        const match = matchBoxes(baseline, variant);
        const groups = groupDifferences(match, baseline, variant);
        const sum = (kind: DifferenceGroup['kind']) =>
          groups.filter((group) => group.kind === kind).reduce((total, { count }) => total + count, 0);
        expect(sum('lost')).toBe(match.lost.length);
        expect(sum('extra')).toBe(match.extra.length);
        expect(sum('moved')).toBe(countMoved(match));
        expect(sum('changed-class')).toBe(match.changedClass.length);
      }),
    );
  });

  it('gives every class the boxes that both models have of it', () => {
    fc.assert(
      fc.property(boxes, boxes, (baseline, variant) => {
        const tally: ClassTally = new Map();
        addToClassTally(tally, matchBoxes(baseline, variant), baseline, variant);
        const count = (list: readonly MatchableBox[], id: number) =>
          list.filter(({ classId }) => classId === id).length;
        for (const { classId, matched, lost, extra } of classAgreements(tally, ['cup', 'ball'])) {
          expect(matched + lost).toBe(count(baseline, classId));
          expect(matched + extra).toBe(count(variant, classId));
        }
      }),
    );
  });
});

describe('classAgreements', () => {
  it('calculated by hand: one of two found, and one more', () => {
    const tally: ClassTally = new Map([[1, { matched: 1, lost: 1, extra: 1 }]]);
    expect(classAgreements(tally, ['cup', 'ball'])).toEqual([
      { classId: 1, className: 'ball', matched: 1, lost: 1, extra: 1, f1: 0.5 },
    ]);
  });
});
