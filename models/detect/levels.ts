/** Cells of one level of the grid: the last ones may reach over the edge of the input. */
export function gridSize([height, width]: readonly [number, number], stride: number) {
  return { rows: Math.ceil(height / stride), columns: Math.ceil(width / stride) };
}

/** One level of a grid: input pixels per cell, and cells. */
export interface GridShape {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
}

/** Whether a level has other cells than its stride makes: a layer that leaves out the last, unfilled ones. */
export function leavesCellsOut(size: readonly [number, number], { stride, rows, columns }: GridShape): boolean {
  const whole = gridSize(size, stride);
  return whole.rows !== rows || whole.columns !== columns;
}

/** Coarsest stride looked for, in input pixels. */
const coarsest = 512;
const powersOfTwo = Array.from({ length: 9 }, (_, power) => 2 ** (power + 1));

/**
 * The level whose map has `rows` x `columns` cells: strides that are powers of two come before other whole ones, cells that
 * reach over the edge before ones that end short of it. Null where no stride gives such a map.
 */
export function levelOfMap(size: readonly [number, number], rows: number, columns: number): GridShape | null {
  return levelsOf(size).find((level) => level.rows === rows && level.columns === columns) ?? null;
}

/** The level that has `cells` cells, by the same rules. */
export function levelOfCells(size: readonly [number, number], cells: number): GridShape | null {
  return levelsOf(size).find(({ rows, columns }) => rows * columns === cells) ?? null;
}

/** Every level that an input can have, the likelier first. */
function levelsOf([height, width]: readonly [number, number]): GridShape[] {
  const isWhole = (stride: number) => stride <= Math.min(height, width);
  const powers = powersOfTwo.filter(isWhole);
  // Of other strides only those that divide the input: nearly any map is that of some number.
  const others = Array.from({ length: coarsest - 2 }, (_, index) => index + 3).filter(
    (stride) => isWhole(stride) && height % stride === 0 && width % stride === 0,
  );
  const over = (stride: number): GridShape => ({ stride, ...gridSize([height, width], stride) });
  const short = (stride: number): GridShape[] => {
    const { rows, columns } = over(stride);
    const [fullRows, fullColumns] = [Math.floor(height / stride), Math.floor(width / stride)];
    return [
      { stride, rows: fullRows, columns: fullColumns },
      { stride, rows: fullRows, columns },
      { stride, rows, columns: fullColumns },
    ];
  };
  return [...powers.map(over), ...powers.flatMap(short), ...others.map(over)];
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
