import { toImageX, toImageY } from '../geometry/letterbox.ts';
import { maximumCandidates, orderByScore } from '../geometry/nms.ts';
import type { CandidateSet, DetectorSpec, GridLevel, Placement } from '../types.ts';
import type { Decoder, LevelSize, OutputValues, Place, Predictions } from './heads/head.ts';

/** `levels` of a candidate whose cell is not known. */
export const unknownLevel = 255;

/**
 * Reads one picture's outputs: every prediction whose score is above `floor`, with its box in image pixels and its
 * cell. Above 30,000 candidates only the best are kept, still in the output's order. `readLevels` gives the best score of
 * every cell, for those who look at it.
 * @param multiLabel gives a candidate for every class above the floor instead of the best class alone
 * @throws StudioError `bad-output` where the outputs do not have the shape that was declared
 */
export function readCandidates(
  outputs: readonly OutputValues[],
  decoder: Decoder,
  { classes }: Pick<DetectorSpec, 'classes'>,
  placement: Placement,
  floor: number,
  multiLabel: boolean,
): { candidates: CandidateSet; readLevels: () => GridLevel[] } {
  const predictions = decoder.read(outputs);
  const scores = new Float32Array(predictions.count);
  const classIds = new Uint16Array(predictions.count);
  predictions.scoreAll(scores, classIds);
  const { readScores } = predictions;
  const chosen =
    multiLabel && readScores !== undefined
      ? chooseEveryClass(readScores, classes, scores, floor)
      : chooseBestClass(scores, classIds, floor);
  return {
    candidates: fillCandidates(predictions, placement, keepBest(chosen)),
    readLevels: () => readHeat(predictions, decoder.levels, scores, classIds),
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

function chooseEveryClass(
  readScores: (index: number, scores: Float32Array) => void,
  classes: number,
  best: Float32Array,
  floor: number,
): Chosen {
  const hopeful = indicesAbove(best, floor);
  const scores = new Float32Array(classes);
  let room = 2 * hopeful.length;
  let chosen = emptyChosen(room);
  let count = 0;
  for (const prediction of hopeful) {
    readScores(prediction, scores);
    if (count + classes > room) {
      room = 2 * (count + classes);
      chosen = withRoom(chosen, room);
    }
    for (let id = 0; id < classes; id += 1) {
      const score = scores[id] ?? 0;
      if (score <= floor) continue;
      chosen.predictions[count] = prediction;
      chosen.classIds[count] = id;
      chosen.scores[count] = score;
      count += 1;
    }
  }
  return {
    predictions: chosen.predictions.slice(0, count),
    classIds: chosen.classIds.slice(0, count),
    scores: chosen.scores.slice(0, count),
  };
}

function emptyChosen(room: number): Chosen {
  return {
    predictions: new Uint32Array(room),
    classIds: new Uint16Array(room),
    scores: new Float32Array(room),
  };
}

function withRoom({ predictions, classIds, scores }: Chosen, room: number): Chosen {
  const wider = emptyChosen(room);
  wider.predictions.set(predictions);
  wider.classIds.set(classIds);
  wider.scores.set(scores);
  return wider;
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
  { readBox, readPlace, readObjectness }: Predictions,
  placement: Placement,
  { predictions, classIds, scores }: Chosen,
): CandidateSet {
  const count = predictions.length;
  const boxes = new Float32Array(4 * count);
  const levels = new Uint8Array(count).fill(unknownLevel);
  const rows = new Uint16Array(count);
  const columns = new Uint16Array(count);
  const anchors = new Uint8Array(count);
  const box = new Float64Array(4);
  const place: Place = { level: -1, row: 0, column: 0, anchor: 0 };
  for (let candidate = 0; candidate < count; candidate += 1) {
    const prediction = predictions[candidate] ?? 0;
    readPlace(prediction, place);
    if (place.level >= 0) {
      levels[candidate] = place.level;
      rows[candidate] = place.row;
      columns[candidate] = place.column;
      anchors[candidate] = place.anchor;
    }
    readBox(prediction, box);
    boxes[4 * candidate] = toImageX(placement, box[0] ?? 0);
    boxes[4 * candidate + 1] = toImageY(placement, box[1] ?? 0);
    boxes[4 * candidate + 2] = toImageX(placement, box[2] ?? 0);
    boxes[4 * candidate + 3] = toImageY(placement, box[3] ?? 0);
  }
  const objectness = readObjectness && { objectness: Float32Array.from(predictions, readObjectness) };
  return { count, boxes, scores, classIds, levels, rows, columns, anchors, ...objectness };
}

/** The best score and objectness of each cell over its anchors. */
function readHeat(
  { count, readPlace, readObjectness }: Predictions,
  sizes: readonly LevelSize[],
  scores: Float32Array,
  classIds: Uint16Array,
): GridLevel[] {
  const levels = sizes.map((size) => {
    const cells = size.rows * size.columns;
    const objectness = readObjectness === undefined ? {} : { objectness: new Float32Array(cells) };
    return { ...size, heat: new Float32Array(cells), classIds: new Uint16Array(cells), ...objectness };
  });
  if (levels.length === 0) return levels;
  const place: Place = { level: -1, row: 0, column: 0, anchor: 0 };
  for (let index = 0; index < count; index += 1) {
    readPlace(index, place);
    const level = levels[place.level];
    if (level === undefined) continue;
    const cell = place.row * level.columns + place.column;
    const score = scores[index] ?? 0;
    if (score > (level.heat[cell] ?? 0)) {
      level.heat[cell] = score;
      level.classIds[cell] = classIds[index] ?? 0;
    }
    if (readObjectness !== undefined && level.objectness !== undefined) {
      level.objectness[cell] = Math.max(level.objectness[cell] ?? 0, readObjectness(index));
    }
  }
  return levels;
}
