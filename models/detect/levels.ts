import type { DetectorSpec } from '../types.ts';

/** One level of the grid and where its predictions lie in the joined output. */
export interface Level {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  /** Index of the level's first prediction. */
  readonly start: number;
  /** Predictions of the level: anchors x rows x columns, in this order. */
  readonly count: number;
}

/** The levels of a detector whose output joins them in the order of `strides`; empty for end-to-end heads. */
export function levelsOf(spec: DetectorSpec): Level[] {
  let start = 0;
  return spec.strides.map((stride) => {
    const { rows, columns } = gridSize(spec.input.size, stride);
    const level = { stride, rows, columns, start, count: spec.anchorsPerCell * rows * columns };
    start += level.count;
    return level;
  });
}

function gridSize([height, width]: readonly [number, number], stride: number): { rows: number; columns: number } {
  return { rows: Math.ceil(height / stride), columns: Math.ceil(width / stride) };
}

/** Stride sets in use, the usual one first: three levels, then those of P6, P2, P7 and two- and one-level models. */
const strideSets: readonly (readonly number[])[] = [
  [8, 16, 32],
  [8, 16, 32, 64],
  [4, 8, 16, 32],
  [8, 16, 32, 64, 128],
  [4, 8, 16, 32, 64],
  [16, 32],
  [4, 8, 16],
  [8, 16],
  [16, 32, 64],
  [8],
  [16],
  [32],
];

/**
 * The strides whose grids together have `count` predictions with `anchorsPerCell` a cell, finest first; null where no
 * known set fits.
 */
export function findStrides(
  size: readonly [number, number],
  count: number,
  anchorsPerCell: number,
): readonly number[] | null {
  const fits = (strides: readonly number[]) =>
    Math.max(...strides) <= Math.min(...size) &&
    strides.reduce((sum, stride) => {
      const { rows, columns } = gridSize(size, stride);
      return sum + anchorsPerCell * rows * columns;
    }, 0) === count;
  return strideSets.find(fits) ?? null;
}
