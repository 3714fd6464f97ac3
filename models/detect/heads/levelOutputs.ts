import type { OutputSpec } from '../../types.ts';
import { gridSize } from '../levels.ts';
import type { ModelFacts, OutputFacts } from './head.ts';

/** An output that holds one level of a grid: all cells of one stride. */
export interface LevelOutput {
  readonly output: OutputFacts;
  readonly stride: number;
  readonly cells: number;
  /** Values of one cell, of all its anchors together. */
  readonly values: number;
  /** Where the shape tells it: [anchors, rows, columns, values of one anchor]. */
  readonly anchors: number | null;
  readonly order: OutputSpec['order'];
}

/** Strides of published detectors. */
const knownStrides = [4, 8, 16, 32, 64, 128];

/**
 * The outputs that hold one level each, the finest first: [values, rows, columns], [rows, columns, values],
 * [anchors, rows, columns, values], [rows, columns, anchors, values] or, where the rows are known from others, [cells, values].
 */
export function findLevelOutputs(model: ModelFacts): LevelOutput[] {
  return model.outputs.flatMap((output) => readLevel(output, model.size) ?? []).sort((a, b) => a.stride - b.stride);
}

function readLevel(output: OutputFacts, size: readonly [number, number]): LevelOutput | null {
  const dims = output.shape.filter((dim) => dim !== null);
  if (dims.length !== output.shape.length) return null;
  const [first = 0, second = 0, third = 0, fourth = 0] = dims;
  const make = (stride: number | null, cells: number, more: Pick<LevelOutput, 'values' | 'anchors' | 'order'>) =>
    stride === null ? null : { output, stride, cells, ...more };
  switch (dims.length) {
    case 2:
      return make(strideOfCells(size, first), first, { values: second, anchors: null, order: 'cell-major' });
    case 3:
      return (
        make(strideOf(size, second, third), second * third, { values: first, anchors: null, order: 'channel-major' }) ??
        make(strideOf(size, first, second), first * second, { values: third, anchors: null, order: 'cell-major' })
      );
    case 4:
      return (
        make(strideOf(size, second, third), second * third, {
          values: first * fourth,
          anchors: first,
          order: 'box-major',
        }) ??
        make(strideOf(size, first, second), first * second, {
          values: third * fourth,
          anchors: third,
          order: 'cell-major',
        }) ??
        // One anchor's values, then the map: [anchors, values, rows, columns].
        make(strideOf(size, third, fourth), third * fourth, {
          values: first * second,
          anchors: first,
          order: 'channel-major',
        })
      );
    default:
      return null;
  }
}

function strideOf(size: readonly [number, number], rows: number, columns: number): number | null {
  return (
    knownStrides.find((stride) => {
      const grid = gridSize(size, stride);
      return grid.rows === rows && grid.columns === columns;
    }) ?? null
  );
}

function strideOfCells(size: readonly [number, number], cells: number): number | null {
  return (
    knownStrides.find((stride) => {
      const { rows, columns } = gridSize(size, stride);
      return rows * columns === cells;
    }) ?? null
  );
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
