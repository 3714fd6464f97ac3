import type { NodeProto } from 'onnx-buf';
import { attributeInt } from '../../graph/nodes.ts';
import { findStrides, type GridShape, gridSize, leavesCellsOut, levelOfCells, levelOfMap } from '../levels.ts';
import type { HeadSpec, ModelFacts } from './head.ts';
import { followValues } from './valueOrigin.ts';

/** The grid behind predictions that an output joins. */
interface JoinedGrid extends Pick<HeadSpec, 'strides' | 'grids'> {
  /** "the strides 8, 16, 32" with how they are known, for a sentence of evidence. */
  readonly text: string;
  /** Of each level. */
  readonly cells: readonly number[];
}

type Graph = Pick<ModelFacts, 'size' | 'shapes' | 'index'>;

/**
 * The levels whose predictions, `anchorsPerCell` a cell, make up the `count` predictions of a tensor, in the order in which
 * they are joined. The parts that the graph joins tell it, else the sets of strides in use, the finest first. Null where
 * neither fits.
 */
export function findGrid(model: Graph, tensor: string, count: number, anchorsPerCell: number): JoinedGrid | null {
  const levels = levelsInGraph(model, tensor, count, anchorsPerCell);
  // As many values as one of several levels has cells: the other side joins the levels.
  if (levels?.length === 1 && joinsOther(model, tensor, count, anchorsPerCell)) return null;
  if (levels !== null) return describeLevels(model, levels);
  const strides = findStrides(model.size, count, anchorsPerCell);
  return strides === null
    ? null
    : describeLevels(
        model,
        strides.map((stride) => ({ stride, ...gridSize(model.size, stride) })),
      );
}

function joinsOther(model: Graph, tensor: string, count: number, anchorsPerCell: number): boolean {
  const dims = model.shapes.get(tensor)?.dims ?? [];
  return dims.some(
    (dim) => dim !== null && dim > count && (levelsInGraph(model, tensor, dim, anchorsPerCell)?.length ?? 0) > 1,
  );
}

const listStrides = (strides: readonly number[]) =>
  strides.length === 1 ? `the stride ${strides[0]}` : `the strides ${strides.join(', ')}`;

/** Strides and, where they do not follow from these, rows and columns. */
export function describeLevels({ size }: Pick<ModelFacts, 'size'>, levels: readonly GridShape[]): JoinedGrid {
  const strides = levels.map(({ stride }) => stride);
  const isUneven = levels.some((level) => leavesCellsOut(size, level));
  const maps = levels.map(({ rows, columns }) => `${columns} x ${rows}`).join(', ');
  return {
    strides,
    ...(isUneven ? { grids: levels.map(({ rows, columns }) => [rows, columns] as const) } : {}),
    text: `${listStrides(strides)} (${maps} cells)`,
    cells: levels.map(({ rows, columns }) => rows * columns),
  };
}

/** The part of a grid that a specification keeps. */
export function gridOf({ strides, grids }: JoinedGrid): Pick<HeadSpec, 'strides' | 'grids'> {
  return grids === undefined ? { strides } : { strides, grids };
}

/** Levels of the parts that a Concat joins, or of the one map that the predictions are. */
function levelsInGraph(model: Graph, tensor: string, count: number, anchorsPerCell: number): GridShape[] | null {
  const readings: GridShape[][] = [];
  followValues(model, tensor, (node) => {
    if (readings.length > 0) return 'stop';
    if (node.opType === 'Concat' && node.input.length > 1) {
      const levels = levelsOfParts(model, node, count, anchorsPerCell);
      if (levels !== null) readings.push(levels);
    }
    return 'go on';
  });
  const [joined] = readings;
  if (joined !== undefined) return joined;
  const cells = count / anchorsPerCell;
  const single = Number.isInteger(cells) ? levelBehind(model, tensor, cells) : null;
  // Patches of other networks are maps of any stride.
  return single !== null && Number.isInteger(Math.log2(single.stride)) ? [single] : null;
}

function levelsOfParts(model: Graph, node: NodeProto, count: number, anchorsPerCell: number): GridShape[] | null {
  const axis = attributeInt(node, 'axis', 0);
  const parts = node.input.map((name) => ({ name, count: model.shapes.get(name)?.dims.at(axis) ?? 0 }));
  if (parts.reduce((sum, part) => sum + part.count, 0) !== count || parts.some((part) => part.count === 0)) return null;
  const levels = parts.flatMap(({ name, count: own }) => {
    const level = levelOfPart(model, name, own, anchorsPerCell);
    // Levels may be joined two at a time.
    return level === null ? (levelsInGraph(model, name, own, anchorsPerCell) ?? [null]) : [level];
  });
  const known = levels.filter((level) => level !== null);
  return known.length === levels.length && isMonotonic(known.map(({ stride }) => stride)) ? known : null;
}

function isMonotonic(strides: readonly number[]): boolean {
  const rises = strides.every((stride, index) => index === 0 || stride > (strides[index - 1] ?? 0));
  const falls = strides.every((stride, index) => index === 0 || stride < (strides[index - 1] ?? 0));
  return strides.length > 1 && (rises || falls);
}

function levelOfPart(model: Graph, tensor: string, count: number, anchorsPerCell: number): GridShape | null {
  const cells = count / anchorsPerCell;
  if (!Number.isInteger(cells)) return null;
  return levelBehind(model, tensor, cells) ?? levelOfCells(model.size, cells);
}

/** The nearest map of `cells` cells that a tensor is made of, [1, values, rows, columns] or [1, rows, columns, values]. */
function levelBehind(model: Graph, tensor: string, cells: number): GridShape | null {
  const levels: GridShape[] = [];
  followValues(model, tensor, (node, output) => {
    if (levels.length > 0) return 'stop';
    const level = levelOfDims(model, output, cells);
    if (level !== null) levels.push(level);
    return level !== null || /Conv|MatMul|Gemm/.test(node.opType) ? 'stop' : 'go on';
  });
  return levels[0] ?? null;
}

function levelOfDims({ size, shapes }: Graph, tensor: string, cells: number): GridShape | null {
  const dims = shapes.get(tensor)?.dims ?? [];
  for (let axis = dims.length - 2; axis > 0 && dims.length > 3; axis -= 1) {
    const [rows, columns] = [dims[axis] ?? 0, dims[axis + 1] ?? 0];
    const level = rows > 1 && columns > 1 && rows * columns === cells ? levelOfMap(size, rows, columns) : null;
    if (level !== null) return level;
  }
  return null;
}
