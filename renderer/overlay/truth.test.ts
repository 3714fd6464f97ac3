import { describe, expect, it } from 'vitest';
import type { Box, DetectorSpec } from '../../models/types.ts';
import { type TinyCandidate, tinyLook } from '../testing/tinyLook.ts';
import { showBoxes } from './selection.ts';
import { countFound, judgeObjects } from './truth.ts';

type Assignment = Pick<DetectorSpec, 'family' | 'anchors'>;

const anchorFree: Assignment = { family: 'v8' };
const strides = [8, 16, 32];

function judge(candidates: readonly TinyCandidate[], box: Box, spec = anchorFree, grids: readonly number[] = strides) {
  const look = tinyLook(640, candidates, { strides: grids });
  const [object] = judgeObjects(look, showBoxes(look, 0.25, 0.7), spec, [{ classId: 0, box }], 0.25);
  if (!object) throw new Error('One object gives one judgement.');
  return object;
}

/** Its middle is (100, 60). */
const object: Box = [80, 50, 120, 70];

describe('the responsible cell', () => {
  it('is the one around the middle of the object, on every level', () => {
    // 100 / 8 = 12.5, 60 / 8 = 7.5; 100 / 16 = 6.25, 60 / 16 = 3.75; 100 / 32 = 3.1, 60 / 32 = 1.9
    expect(judge([], object).cells.map(({ cell }) => [cell.level, cell.row, cell.column])).toEqual([
      [0, 7, 12],
      [1, 3, 6],
      [2, 1, 3],
    ]);
  });

  it('fits by the ranges of FCOS without anchors: sides within 8 cells of the middle', () => {
    expect(judge([], [0, 0, 128, 10]).fitting).toBe(0);
    expect(judge([], [0, 0, 130, 10]).fitting).toBe(1);
    expect(judge([], [0, 0, 10, 256]).fitting).toBe(1);
    expect(judge([], [0, 0, 257, 256]).fitting).toBe(2);
    expect(judge([], [0, 0, 640, 640]).fitting).toBe(2);
  });

  it('fits by the most similar anchor with anchors, by ratio or by IoU as the family was trained', () => {
    const anchors: NonNullable<DetectorSpec['anchors']> = [
      [
        [10, 10],
        [40, 20],
      ],
      [
        [60, 60],
        [200, 10],
      ],
    ];
    const v5 = judge([], object, { family: 'v5', anchors }, [8, 16]);
    expect(v5.fitting).toBe(0);
    expect(v5.cells.map(({ anchor }) => anchor)).toEqual([1, 0]);
    // 100 x 12: ratios to 200 x 10 are 2 and 1.2, to 40 x 20 2.5 and 1.7; shared area 1000 of 2200, or 480 of 1520.
    expect(judge([], [0, 0, 100, 12], { family: 'v5', anchors }, [8, 16]).fitting).toBe(1);
    expect(judge([], [0, 0, 100, 12], { family: 'v3', anchors }, [8, 16]).fitting).toBe(1);
    // 30 x 7: to 10 x 10 by ratio 3, to 40 x 20 2.86; by area 70 of 240 (.29), or 210 of 800 (.26).
    expect(judge([], [0, 0, 30, 7], { family: 'v5', anchors }, [8, 16]).cells[0]?.anchor).toBe(1);
    expect(judge([], [0, 0, 30, 7], { family: 'v3', anchors }, [8, 16]).cells[0]?.anchor).toBe(0);
  });
});

describe('the verdict', () => {
  const own = { level: 0, row: 7, column: 12 };

  it('is found, with the distance of the cell that found it', () => {
    const by = (cell: TinyCandidate['cell']) =>
      judge([{ box: object, score: 0.8, ...(cell ? { cell } : {}) }], object).verdict;
    expect(by(own)).toMatchObject({ kind: 'found', candidate: 0, steps: 0, iou: 1 });
    expect(by({ level: 0, row: 8, column: 11 })).toMatchObject({ kind: 'found', steps: 1 });
    expect(by({ level: 1, row: 3, column: 9 })).toMatchObject({ kind: 'found', steps: 3 });
    expect(by(undefined)).toMatchObject({ kind: 'found', steps: null });
  });

  it('takes each detection for one object alone', () => {
    const look = tinyLook(640, [{ box: object, score: 0.8, cell: own }], { strides });
    const twice = [object, object].map((box) => ({ classId: 0, box }));
    const judged = judgeObjects(look, showBoxes(look, 0.25, 0.7), anchorFree, twice, 0.25);
    expect(countFound(judged)).toBe(1);
    expect(judged[1]?.verdict).toEqual({ kind: 'taken', candidate: 0 });
  });

  it('says when it was taken for something else', () => {
    expect(judge([{ box: object, score: 0.8, classId: 1, cell: own }], object).verdict).toEqual({
      kind: 'other-class',
      candidate: 0,
    });
  });

  it('says when the box fits badly', () => {
    // Half of the object's width and a half beside it: 400 of 1200.
    const verdict = judge([{ box: [60, 50, 100, 70], score: 0.8, cell: own }], object).verdict;
    expect(verdict).toMatchObject({ kind: 'misplaced', candidate: 0 });
    expect(verdict.kind === 'misplaced' && verdict.iou).toBeCloseTo(1 / 3, 6);
  });

  it('says when the box was suppressed by that of another object', () => {
    const other: Box = [84, 50, 124, 70];
    const look = tinyLook(
      640,
      [
        { box: other, score: 0.9, cell: { level: 0, row: 7, column: 13 } },
        { box: object, score: 0.7, cell: own },
      ],
      { strides },
    );
    const objects = [other, object].map((box) => ({ classId: 0, box }));
    const verdicts = judgeObjects(look, showBoxes(look, 0.25, 0.7), anchorFree, objects, 0.25).map(
      ({ verdict }) => verdict,
    );
    expect(verdicts[0]).toMatchObject({ kind: 'found', candidate: 0 });
    expect(verdicts[1]).toEqual({ kind: 'suppressed', candidate: 1, by: 0 });
  });

  it('gives the best score that its cells and their neighbours gave its class where none fired', () => {
    const weak = [
      { box: object, score: 0.08, cell: own },
      { box: object, score: 0.12, cell: { level: 1, row: 2, column: 7 } },
      // Too far away, and another class.
      { box: object, score: 0.2, cell: { level: 0, row: 7, column: 14 } },
      { box: object, score: 0.21, classId: 1, cell: own },
    ];
    const { verdict } = judge(weak, object);
    expect(verdict.kind === 'weak' && verdict.score).toBeCloseTo(0.12, 6);
    expect(judge([], object).verdict).toEqual({ kind: 'weak', score: 0 });
  });

  it('judges by overlap where cells are unknown', () => {
    const { verdict, cells, fitting } = judge([{ box: object, score: 0.1 }], object, anchorFree, []);
    expect(verdict.kind === 'weak' && verdict.score).toBeCloseTo(0.1, 6);
    expect(cells).toEqual([]);
    expect(fitting).toBe(-1);
  });
});
