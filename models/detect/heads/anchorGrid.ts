import { gridSize } from '../levels.ts';
import type { HeadSpec, LevelSize, ModelFacts } from './head.ts';
import { joinedShape } from './shapes.ts';
import { followValues } from './valueOrigin.ts';

/** The levels of a grid with their cells. */
export function sizesOf({ size }: ModelFacts, { strides, grids }: Pick<HeadSpec, 'strides' | 'grids'>): LevelSize[] {
  return strides.map((stride, level) => {
    const [rows, columns] = grids?.[level] ?? [];
    return { stride, ...(rows === undefined || columns === undefined ? gridSize(size, stride) : { rows, columns }) };
  });
}

/**
 * How joined predictions of several anchors lie: anchor by anchor (`box-major`, as PyTorch exports are) or cell by cell
 * (`cell-major`, as those of TensorFlow), from the last tensor that has anchors and cells apart.
 */
export function orderOfAnchors(
  model: ModelFacts,
  tensor: string,
  levels: readonly LevelSize[],
  anchorsPerCell: number,
): 'box-major' | 'cell-major' {
  let order: 'box-major' | 'cell-major' | null = null;
  followValues(model, tensor, (_, output) => {
    if (order === null) order = orderOfDims(model.shapes.get(output)?.dims ?? [], levels, anchorsPerCell);
    return order === null ? 'go on' : 'stop';
  });
  return order ?? 'box-major';
}

function orderOfDims(dims: readonly (number | null)[], levels: readonly LevelSize[], anchorsPerCell: number) {
  if (dims.length < 4) return null;
  const text = ` ${dims.map((dim) => dim ?? '?').join(' ')} `;
  const holds = (...part: readonly number[]) => text.includes(` ${part.join(' ')} `);
  for (const { rows, columns } of levels) {
    for (const map of [[rows, columns], [rows * columns]]) {
      if (holds(anchorsPerCell, ...map)) return 'box-major';
      if (holds(...map, anchorsPerCell)) return 'cell-major';
    }
  }
  return null;
}

/**
 * Points for raw levels beside an output that joins all their predictions: the graph gives them decoded too, and those are the
 * ones to read.
 */
export function besideJoined(
  model: ModelFacts,
  levels: readonly LevelSize[],
  anchorsPerCell: number,
  read: HeadSpec['outputs'],
): number {
  const count = levels.reduce((sum, { rows, columns }) => sum + anchorsPerCell * rows * columns, 0);
  const isDecodedToo = model.outputs.some((output) => {
    const shape = joinedShape(output);
    const isOther = read.every(({ name }) => name !== output.name);
    return isOther && (shape?.first === count || shape?.second === count);
  });
  return isDecodedToo ? -4 : 0;
}
