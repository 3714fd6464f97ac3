import { toImageX, toImageY } from '../geometry/letterbox.ts';
import { maximumCandidates, orderByScore } from '../geometry/nms.ts';
import type { CandidateSet, DetectorSpec, GridLevel, Placement } from '../types.ts';
import type { Cell, RawOutput } from './heads/head.ts';
import { heads } from './heads/registry.ts';
import { type Level, levelsOf } from './levels.ts';

/** `levels` of a candidate whose cell is not known. */
export const unknownLevel = 255;

/**
 * Reads one picture's raw output: every prediction whose score is above `floor`, with its box in image pixels and its
 * cell, and the best score of every cell. Above 30,000 candidates only the best are kept, still in the output's order.
 * @param multiLabel gives a candidate for every class above the floor instead of the best class alone
 */
export function readCandidates(
  raw: RawOutput,
  spec: DetectorSpec,
  placement: Placement,
  floor: number,
  multiLabel: boolean,
): { candidates: CandidateSet; levels: GridLevel[] } {
  const head = heads[spec.family];
  const scores = new Float32Array(raw.count);
  const classIds = new Uint16Array(raw.count);
  head.scorePredictions(raw, spec, scores, classIds);
  const grid = levelsOf(spec);
  const chosen =
    multiLabel && !spec.nmsInGraph
      ? chooseEveryClass(raw, spec, scores, floor)
      : chooseBestClass(scores, classIds, floor);
  return {
    candidates: fillCandidates(raw, spec, placement, grid, keepBest(chosen)),
    levels: grid.map((level) => heatOf(level, spec.anchorsPerCell, scores, classIds)),
  };
}

/** Predictions that become candidates: the index of the prediction, the class and its score, in the output's order. */
interface Chosen {
  readonly predictions: Uint32Array;
  readonly classIds: Uint16Array;
  readonly scores: Float32Array;
}

function chooseBestClass(scores: Float32Array, classIds: Uint16Array, floor: number): Chosen {
  const predictions = indicesAbove(scores, floor);
  return {
    predictions,
    classIds: Uint16Array.from(predictions, (index) => classIds[index] ?? 0),
    scores: Float32Array.from(predictions, (index) => scores[index] ?? 0),
  };
}

function chooseEveryClass(raw: RawOutput, spec: DetectorSpec, best: Float32Array, floor: number): Chosen {
  const head = heads[spec.family];
  const hopeful = indicesAbove(best, floor);
  let count = 0;
  for (const index of hopeful) {
    for (let id = 0; id < spec.classes; id += 1) if (head.readScore(raw, spec, index, id) > floor) count += 1;
  }
  const chosen = {
    predictions: new Uint32Array(count),
    classIds: new Uint16Array(count),
    scores: new Float32Array(count),
  };
  let to = 0;
  for (const index of hopeful) {
    for (let id = 0; id < spec.classes; id += 1) {
      const score = head.readScore(raw, spec, index, id);
      if (score <= floor) continue;
      chosen.predictions[to] = index;
      chosen.classIds[to] = id;
      chosen.scores[to] = score;
      to += 1;
    }
  }
  return chosen;
}

function indicesAbove(scores: Float32Array, floor: number): Uint32Array {
  const indices = new Uint32Array(scores.length);
  let count = 0;
  for (let index = 0; index < scores.length; index += 1) {
    if ((scores[index] ?? 0) <= floor) continue;
    indices[count] = index;
    count += 1;
  }
  return indices.slice(0, count);
}

function keepBest(chosen: Chosen): Chosen {
  if (chosen.scores.length <= maximumCandidates) return chosen;
  const best = orderByScore(chosen.scores, Uint32Array.from(chosen.scores.keys())).sort();
  return {
    predictions: Uint32Array.from(best, (index) => chosen.predictions[index] ?? 0),
    classIds: Uint16Array.from(best, (index) => chosen.classIds[index] ?? 0),
    scores: Float32Array.from(best, (index) => chosen.scores[index] ?? 0),
  };
}

function fillCandidates(
  raw: RawOutput,
  spec: DetectorSpec,
  placement: Placement,
  grid: readonly Level[],
  { predictions, classIds, scores }: Chosen,
): CandidateSet {
  const head = heads[spec.family];
  const count = predictions.length;
  const boxes = new Float32Array(4 * count);
  const levels = new Uint8Array(count).fill(unknownLevel);
  const rows = new Uint16Array(count);
  const columns = new Uint16Array(count);
  const anchors = new Uint8Array(count);
  const box = new Float64Array(4);
  const cell: Cell = { stride: 0, row: 0, column: 0 };
  for (let candidate = 0; candidate < count; candidate += 1) {
    const prediction = predictions[candidate] ?? 0;
    const levelIndex = grid.findLastIndex((level) => level.start <= prediction);
    const level = grid[levelIndex];
    if (level !== undefined) {
      // A level lists all cells of its first anchor, row by row, then those of the next.
      const cells = level.rows * level.columns;
      const within = prediction - level.start;
      cell.stride = level.stride;
      cell.row = Math.floor((within % cells) / level.columns);
      cell.column = within % level.columns;
      levels[candidate] = levelIndex;
      rows[candidate] = cell.row;
      columns[candidate] = cell.column;
      anchors[candidate] = Math.floor(within / cells);
    }
    head.readBox(raw, spec, prediction, cell, box);
    boxes[4 * candidate] = toImageX(placement, box[0] ?? 0);
    boxes[4 * candidate + 1] = toImageY(placement, box[1] ?? 0);
    boxes[4 * candidate + 2] = toImageX(placement, box[2] ?? 0);
    boxes[4 * candidate + 3] = toImageY(placement, box[3] ?? 0);
  }
  return { count, boxes, scores, classIds, levels, rows, columns, anchors };
}

/** The best score of each cell over its anchors. */
function heatOf(level: Level, anchorsPerCell: number, scores: Float32Array, classIds: Uint16Array): GridLevel {
  const { stride, rows, columns, start } = level;
  const cells = rows * columns;
  const heat = scores.slice(start, start + cells);
  const heatClasses = classIds.slice(start, start + cells);
  for (let anchor = 1; anchor < anchorsPerCell; anchor += 1) {
    for (let cell = 0; cell < cells; cell += 1) {
      const prediction = start + anchor * cells + cell;
      const score = scores[prediction] ?? 0;
      if (score <= (heat[cell] ?? 0)) continue;
      heat[cell] = score;
      heatClasses[cell] = classIds[prediction] ?? 0;
    }
  }
  return { stride, rows, columns, heat, classIds: heatClasses };
}
