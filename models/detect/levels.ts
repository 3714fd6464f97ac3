/** Cells of one level of the grid: the last ones may reach over the edge of the input. */
export function gridSize([height, width]: readonly [number, number], stride: number) {
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
