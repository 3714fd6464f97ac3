/** The network's grid laid over the picture. */
import { placedSize, toImageX, toImageY, toInputX, toInputY } from '../../models/geometry/letterbox.ts';
import type { Box, CandidateSet, GridLevel, Look, Placement } from '../../models/types.ts';
import type { Point } from './view.ts';

/** One cell of one level of a look; `level` is an index into `Look.levels`. */
export interface Cell {
  readonly level: number;
  readonly row: number;
  readonly column: number;
}

/** `CandidateSet.levels` of a candidate whose cell is unknown. */
const unknownLevel = 255;

/** The cell's square in image pixels; it may reach beyond the picture into the letterbox bars. */
export function cellBox(stride: number, row: number, column: number, placement: Placement): Box {
  return [
    toImageX(placement, column * stride),
    toImageY(placement, row * stride),
    toImageX(placement, (column + 1) * stride),
    toImageY(placement, (row + 1) * stride),
  ];
}

/** The middle of a cell in image pixels. */
export function middleOfCell(stride: number, cell: Cell, placement: Placement): Point {
  return {
    x: toImageX(placement, (cell.column + 0.5) * stride),
    y: toImageY(placement, (cell.row + 0.5) * stride),
  };
}

/** The cell of `levels[level]` under an image point, or null outside the grid. */
export function cellAt(levels: readonly GridLevel[], level: number, placement: Placement, point: Point): Cell | null {
  const grid = levels[level];
  if (!grid) return null;
  const column = Math.floor(toInputX(placement, point.x) / grid.stride);
  const row = Math.floor(toInputY(placement, point.y) / grid.stride);
  if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return null;
  return { level, row, column };
}

/** Indices of the levels of that stride; of all where it is null or a stride that this model has not. */
export function levelsOfStride(levels: readonly GridLevel[], stride: number | null): readonly number[] {
  const chosen = [...levels.keys()].filter((level) => levels[level]?.stride === stride);
  return chosen.length > 0 ? chosen : [...levels.keys()];
}

/** Cells below this say nothing. */
const quietHeat = 0.01;

/**
 * The cell under an image point: with several levels, the cell that is surest of something there; where all are quiet, that of
 * the first level.
 */
export function cellUnder(look: Look, levels: readonly number[], point: Point): Cell | null {
  let best: Cell | null = null;
  let highest = quietHeat;
  for (const level of levels) {
    const cell = cellAt(look.levels, level, look.placement, point);
    if (cell === null) continue;
    const score = heatOfCell(look, cell)?.score ?? 0;
    if (best !== null && score <= highest) continue;
    best = cell;
    highest = Math.max(score, quietHeat);
  }
  return best;
}

/** The cell of the given levels with the highest heat; null without a grid. */
export function surestCell({ levels }: Look, among: readonly number[]): Cell | null {
  let best: Cell | null = null;
  let highest = -1;
  for (const level of among) {
    const { heat, columns } = levels[level] ?? { heat: [], columns: 1 };
    for (const [index, score] of heat.entries()) {
      if (score <= highest) continue;
      best = { level, row: Math.floor(index / columns), column: index % columns };
      highest = score;
    }
  }
  return best;
}

/** The cell so many rows and columns further, held inside the grid. */
export function moveCell(level: GridLevel, cell: Cell, rows: number, columns: number): Cell {
  return {
    level: cell.level,
    row: Math.min(level.rows - 1, Math.max(0, cell.row + rows)),
    column: Math.min(level.columns - 1, Math.max(0, cell.column + columns)),
  };
}

/** The cell of another level around the middle of a cell. */
export function samePlace(levels: readonly GridLevel[], cell: Cell, level: number): Cell | null {
  const [from, to] = [levels[cell.level], levels[level]];
  if (!from || !to) return null;
  const across = (place: number) => Math.floor(((place + 0.5) * from.stride) / to.stride);
  return moveCell(to, { level, row: across(cell.row), column: across(cell.column) }, 0, 0);
}

/** True where the middle of a cell lies outside the picture, on the bars that fill the input up. */
export function isOverBars(stride: number, cell: Cell, placement: Placement): boolean {
  const { width, height } = placedSize(placement);
  const x = (cell.column + 0.5) * stride - placement.padLeft;
  const y = (cell.row + 0.5) * stride - placement.padTop;
  return x < 0 || y < 0 || x >= width || y >= height;
}

/** The cell a candidate came from, or null where the graph has lost it. */
export function cellOfCandidate(candidates: CandidateSet, index: number): Cell | null {
  const level = candidates.levels[index] ?? unknownLevel;
  if (level === unknownLevel) return null;
  return { level, row: candidates.rows[index] ?? 0, column: candidates.columns[index] ?? 0 };
}

/** Indices of the candidates a cell gave, best score first. */
export function candidatesOfCell(candidates: CandidateSet, cell: Cell): number[] {
  const found: number[] = [];
  for (let index = 0; index < candidates.count; index += 1) {
    if (candidates.levels[index] !== cell.level) continue;
    if (candidates.rows[index] === cell.row && candidates.columns[index] === cell.column) found.push(index);
  }
  return found.sort((a, b) => (candidates.scores[b] ?? 0) - (candidates.scores[a] ?? 0));
}

/**
 * Distances from the middle of the cell to the left, top, right and bottom side of a box, in cells: what a
 * YOLO head without anchors really predicts.
 */
export function distancesInCells(
  box: Box,
  stride: number,
  cell: Cell,
  placement: Placement,
): readonly [number, number, number, number] {
  const x = cell.column + 0.5;
  const y = cell.row + 0.5;
  return [
    x - toInputX(placement, box[0]) / stride,
    y - toInputY(placement, box[1]) / stride,
    toInputX(placement, box[2]) / stride - x,
    toInputY(placement, box[3]) / stride - y,
  ];
}

/** Best score and class a cell gave, before any threshold. */
export function heatOfCell(
  look: Look,
  cell: Cell,
): { score: number; classId: number; objectness: number | null } | null {
  const grid = look.levels[cell.level];
  if (!grid) return null;
  const index = cell.row * grid.columns + cell.column;
  return {
    score: grid.heat[index] ?? 0,
    classId: grid.classIds[index] ?? 0,
    objectness: grid.objectness?.[index] ?? null,
  };
}
