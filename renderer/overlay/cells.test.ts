import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeImage } from '../../models/geometry/letterbox.ts';
import type { CandidateSet, GridLevel } from '../../models/types.ts';
import { tinyLook } from '../testing/tinyLook.ts';
import {
  candidatesOfCell,
  cellAt,
  cellBox,
  cellOfCandidate,
  cellUnder,
  distancesInCells,
  isOverBars,
  levelsOfStride,
  moveCell,
  samePlace,
  surestCell,
} from './cells.ts';

function level(stride: number, rows: number, columns: number): GridLevel {
  return { stride, rows, columns, heat: new Float32Array(rows * columns), classIds: new Uint16Array(rows * columns) };
}
const levels = [level(8, 80, 80), level(16, 40, 40), level(32, 20, 20)];

describe('cells', () => {
  it('the cell under the middle of a cell is that cell, for any picture and resize', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4000 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.constantFrom('letterbox-center' as const, 'letterbox-topleft' as const, 'stretch' as const),
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 19 }),
        fc.integer({ min: 0, max: 19 }),
        (width, height, resize, index, row, column) => {
          const placement = placeImage(width, height, 640, 640, resize);
          const stride = levels[index]?.stride ?? 0;
          const [x1, y1, x2, y2] = cellBox(stride, row, column, placement);
          const middle = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 };
          expect(cellAt(levels, index, placement, middle)).toEqual({ level: index, row, column });
        },
      ),
    );
  });

  it('is none outside the grid and for a level that is not there', () => {
    const placement = placeImage(640, 640, 640, 640, 'stretch');
    expect(cellAt(levels, 0, placement, { x: -0.1, y: 5 })).toBeNull();
    expect(cellAt(levels, 0, placement, { x: 640, y: 5 })).toBeNull();
    expect(cellAt(levels, 3, placement, { x: 5, y: 5 })).toBeNull();
  });

  it('calculated by hand: 810 x 1080 in 640 x 640 is scaled by 0.5926 with 80 pixels left of it', () => {
    const placement = placeImage(810, 1080, 640, 640, 'letterbox-center');
    const [x1, y1, x2, y2] = cellBox(32, 10, 8, placement);
    expect(x1).toBeCloseTo((256 - 80) * 1.6875, 6);
    expect(y1).toBeCloseTo(320 * 1.6875, 6);
    expect(x2 - x1).toBeCloseTo(54, 6);
    expect(y2 - y1).toBeCloseTo(54, 6);
  });

  it('gives distances in cells from the middle of the cell', () => {
    const placement = placeImage(640, 640, 640, 640, 'stretch');
    // Middle of row 2, column 3 at stride 32 is (112, 80).
    const distances = distancesInCells([80, 48, 176, 144], 32, { level: 2, row: 2, column: 3 }, placement);
    expect(distances).toEqual([1, 1, 2, 2]);
  });

  it('lists what a cell gave, best first', () => {
    const candidates: CandidateSet = {
      count: 4,
      boxes: new Float32Array(16),
      scores: Float32Array.of(0.2, 0.9, 0.5, 0.7),
      classIds: new Uint16Array(4),
      levels: Uint8Array.of(0, 0, 0, 255),
      rows: Uint16Array.of(1, 1, 2, 1),
      columns: Uint16Array.of(4, 4, 4, 4),
      anchors: Uint8Array.of(0, 1, 0, 0),
    };
    expect(candidatesOfCell(candidates, { level: 0, row: 1, column: 4 })).toEqual([1, 0]);
    expect(cellOfCandidate(candidates, 2)).toEqual({ level: 0, row: 2, column: 4 });
    expect(cellOfCandidate(candidates, 3)).toBeNull();
  });
});

describe('going about cells', () => {
  const [fine] = levels;
  const warm = tinyLook(
    64,
    [
      { box: [0, 0, 9, 9], score: 0.6, cell: { level: 1, row: 1, column: 2 } },
      { box: [0, 0, 9, 9], score: 0.3, cell: { level: 0, row: 2, column: 5 } },
    ],
    { strides: [8, 16] },
  );

  it('stays inside the grid', () => {
    if (!fine) throw new Error('There is no level.');
    expect(moveCell(fine, { level: 0, row: 0, column: 79 }, -1, 1)).toEqual({ level: 0, row: 0, column: 79 });
    expect(moveCell(fine, { level: 0, row: 4, column: 4 }, 1, -2)).toEqual({ level: 0, row: 5, column: 2 });
  });

  it('goes to the cell around the same point on another level, and back to the first where cells divide evenly', () => {
    // The middle of row 5, column 3 of stride 32 is (112, 176): row 22, column 14 of stride 8.
    expect(samePlace(levels, { level: 2, row: 5, column: 3 }, 0)).toEqual({ level: 0, row: 22, column: 14 });
    expect(samePlace(levels, { level: 0, row: 22, column: 14 }, 2)).toEqual({ level: 2, row: 5, column: 3 });
    expect(samePlace(levels, { level: 0, row: 22, column: 14 }, 3)).toBeNull();
  });

  it('takes all levels for a stride that a model has not', () => {
    expect(levelsOfStride(levels, 16)).toEqual([1]);
    expect(levelsOfStride(levels, 64)).toEqual([0, 1, 2]);
    expect(levelsOfStride(levels, null)).toEqual([0, 1, 2]);
  });

  it('means the surest of the cells under a point, and the first where all are quiet', () => {
    // (41, 17) lies in row 2, column 5 of stride 8 and in row 1, column 2 of stride 16.
    expect(cellUnder(warm, [0, 1], { x: 41, y: 17 })).toEqual({ level: 1, row: 1, column: 2 });
    expect(cellUnder(warm, [0], { x: 41, y: 17 })).toEqual({ level: 0, row: 2, column: 5 });
    expect(cellUnder(warm, [0, 1], { x: 2, y: 2 })).toEqual({ level: 0, row: 0, column: 0 });
    expect(cellUnder(warm, [0, 1], { x: -2, y: 2 })).toBeNull();
    expect(surestCell(warm, [0, 1])).toEqual({ level: 1, row: 1, column: 2 });
    expect(surestCell(warm, [])).toBeNull();
  });

  it('knows the cells over the bars', () => {
    // 810 x 1080 in 640 x 640: 80 pixels left and right of the picture.
    const placement = placeImage(810, 1080, 640, 640, 'letterbox-center');
    expect(isOverBars(32, { level: 2, row: 3, column: 1 }, placement)).toBe(true);
    expect(isOverBars(32, { level: 2, row: 3, column: 3 }, placement)).toBe(false);
    expect(isOverBars(32, { level: 2, row: 3, column: 18 }, placement)).toBe(true);
  });
});
