import type { OutputSpec } from '../../types.ts';
import { type GridShape, levelOfCells, levelOfMap } from '../levels.ts';
import type { ModelFacts, OutputFacts } from './head.ts';
import { describeLevels, gridOf } from './joinedGrid.ts';

/** An output that holds one level of a grid: all cells of one stride. */
export interface LevelOutput {
  readonly output: OutputFacts;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  /** Values of one cell, of all its anchors together. */
  readonly values: number;
  /** Where the shape tells it: [anchors, rows, columns, values of one anchor]. */
  readonly anchors: number | null;
  readonly order: OutputSpec['order'];
}

/**
 * The outputs that hold one level each, the finest first: [values, rows, columns], [rows, columns, values],
 * [anchors, rows, columns, values], [rows, columns, anchors, values] [cells, values] or [values, cells].
 */
export function findLevelOutputs(model: ModelFacts): LevelOutput[] {
  const readings = model.outputs.map((output) => readLevel(output, model.size));
  // A cube such as 80 x 80 x 80 may be read either way: it is read as those that may not.
  const certain = readings.flatMap((ways) => (ways.length === 1 ? ways : [])).map(({ order }) => order);
  return readings
    .flatMap((ways) => ways.find(({ order }) => certain.length > 0 && order === certain[0]) ?? ways[0] ?? [])
    .sort((a, b) => a.stride - b.stride);
}

/** The ways in which an output may be a level, the likelier first. */
function readLevel(output: OutputFacts, size: readonly [number, number]): LevelOutput[] {
  const dims = output.shape.filter((dim) => dim !== null);
  if (dims.length !== output.shape.length) return [];
  const [first = 0, second = 0, third = 0, fourth = 0] = dims;
  const make = (level: GridShape | null, more: Pick<LevelOutput, 'values' | 'anchors' | 'order'>) =>
    level === null ? [] : [{ output, ...level, ...more }];
  switch (dims.length) {
    case 2:
      return [
        ...make(levelOfCells(size, first), { values: second, anchors: null, order: 'cell-major' }),
        ...make(levelOfCells(size, second), { values: first, anchors: null, order: 'channel-major' }),
      ];
    case 3:
      return [
        ...make(levelOfMap(size, second, third), { values: first, anchors: null, order: 'channel-major' }),
        ...make(levelOfMap(size, first, second), { values: third, anchors: null, order: 'cell-major' }),
      ];
    case 4:
      return [
        ...make(levelOfMap(size, second, third), { values: first * fourth, anchors: first, order: 'box-major' }),
        ...make(levelOfMap(size, first, second), { values: third * fourth, anchors: third, order: 'cell-major' }),
        // One anchor's values, then the map: [anchors, values, rows, columns].
        ...make(levelOfMap(size, third, fourth), { values: first * second, anchors: first, order: 'channel-major' }),
      ];
    default:
      return [];
  }
}

/** Strides of levels and, where these do not follow from them, their rows and columns. */
export function describeLevelOutputs(model: ModelFacts, levels: readonly LevelOutput[]) {
  return gridOf(describeLevels(model, levels));
}

/** "a" [1, 2, 3], "b" ... for a sentence of evidence. */
export function listLevels(levels: readonly LevelOutput[]): string {
  return levels
    .map(
      ({ output, stride }) =>
        `"${output.name}" [${output.dims.map((dim) => dim ?? '?').join(', ')}] of stride ${stride}`,
    )
    .join(', ');
}
