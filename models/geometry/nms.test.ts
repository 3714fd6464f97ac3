import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box, CandidateSet } from '../types.ts';
import { iouAt } from './iou.ts';
import { selectDetections } from './nms.ts';

interface Candidate {
  readonly box: Box;
  readonly score: number;
  readonly classId: number;
}

function candidateSet(list: readonly Candidate[]): CandidateSet {
  const count = list.length;
  return {
    count,
    boxes: Float32Array.from(list.flatMap(({ box }) => [...box])),
    scores: Float32Array.from(list, ({ score }) => score),
    classIds: Uint16Array.from(list, ({ classId }) => classId),
    levels: new Uint8Array(count),
    rows: new Uint16Array(count),
    columns: new Uint16Array(count),
    anchors: new Uint8Array(count),
  };
}

const options = { confidence: 0.1, iou: 0.5, maxDetections: 300, nms: true, width: 100, height: 100 };
const keptOf = (list: readonly Candidate[], more = {}) => [
  ...selectDetections(candidateSet(list), { ...options, ...more }).kept,
];

const anyCandidates = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
      size: fc.integer({ min: 5, max: 40 }),
      classId: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 40 },
  )
  .map((items) =>
    items.map(({ x, y, size, classId }, index): Candidate => {
      // Distinct scores, in no order.
      const score = 0.05 + (0.9 * ((index * 17) % 41)) / 41;
      return { box: [x, y, x + size, y + size], score, classId };
    }),
  );

describe('selecting detections', () => {
  const square = (score: number, classId: number, shift = 0): Candidate => ({
    box: [10 + shift, 10, 30 + shift, 30],
    score,
    classId,
  });

  it('suppresses the weaker of two boxes of one class, and says by whom', () => {
    // Shifted by 2 of 20: IoU 18 / 22 = 0.82.
    const result = selectDetections(candidateSet([square(0.6, 1), square(0.9, 1, 2), square(0.05, 1)]), options);
    expect([...result.kept]).toEqual([1]);
    expect([...result.suppressedBy]).toEqual([1, -1, -2]);
  });

  it('keeps boxes of different classes in the same place', () => {
    expect(keptOf([square(0.6, 1), square(0.9, 2)])).toEqual([1, 0]);
  });

  it('does not suppress at exactly the threshold', () => {
    // [0,0,2,1] and [1,0,3,1] overlap by 1/3.
    const pair: Candidate[] = [
      { box: [0, 0, 2, 1], score: 0.9, classId: 0 },
      { box: [1, 0, 3, 1], score: 0.8, classId: 0 },
    ];
    expect(keptOf(pair, { iou: 1 / 3 })).toEqual([0, 1]);
    expect(keptOf(pair, { iou: 0.33 })).toEqual([0]);
  });

  it('goes by index among equal scores', () => {
    expect(keptOf([square(0.5, 1), square(0.5, 2), square(0.5, 1, 1)])).toEqual([0, 1]);
  });

  it('leaves boxes alone that the graph has selected, up to the greatest number', () => {
    const list = [square(0.6, 1), square(0.9, 1), square(0.7, 1)];
    expect(keptOf(list, { nms: false })).toEqual([1, 2, 0]);
    const limited = selectDetections(candidateSet(list), { ...options, nms: false, maxDetections: 1 });
    expect([...limited.kept]).toEqual([1]);
    expect([...limited.suppressedBy]).toEqual([-3, -1, -3]);
  });

  it('leaves out boxes that lie outside the picture, and takes no candidates at all', () => {
    expect(keptOf([{ box: [-20, 5, -1, 20], score: 0.9, classId: 0 }])).toEqual([]);
    expect(keptOf([])).toEqual([]);
  });

  it('keeps no two boxes of a class that overlap above the threshold, and suppresses only for such', () => {
    fc.assert(
      fc.property(anyCandidates, (list) => {
        const set = candidateSet(list);
        const { kept, suppressedBy } = selectDetections(set, options);
        for (const [place, a] of kept.entries()) {
          for (const b of kept.slice(place + 1)) {
            expect(set.scores[a]).toBeGreaterThanOrEqual(set.scores[b] ?? 0);
            if (set.classIds[a] === set.classIds[b]) expect(iouAt(set.boxes, a, b)).toBeLessThanOrEqual(0.5);
          }
        }
        for (const [index, by] of suppressedBy.entries()) {
          if (by < 0) continue;
          expect(kept).toContain(by);
          expect(set.classIds[by]).toBe(set.classIds[index]);
          expect(iouAt(set.boxes, by, index)).toBeGreaterThan(0.5);
        }
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyCandidates, (list) => {
        const first = keptOf(list).flatMap((index) => list[index] ?? []);
        expect(keptOf(first)).toEqual([...first.keys()]);
      }),
    );
  });

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(anyCandidates, (list) => {
        const forward = keptOf(list).map((index) => list[index]);
        const reversed = list.toReversed();
        expect(keptOf(reversed).map((index) => reversed[index])).toEqual(forward);
      }),
    );
  });
});
