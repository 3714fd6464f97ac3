import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeImage } from '../../models/geometry/letterbox.ts';
import type { CandidateSet, GridLevel } from '../../models/types.ts';
import { candidatesOfCell, cellAt, cellBox, cellOfCandidate, distancesInCells } from './cells.ts';

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
