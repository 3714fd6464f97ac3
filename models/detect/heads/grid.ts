import { StudioError } from '../../errors.ts';
import type { DetectorSpec, OutputSpec } from '../../types.ts';
import { gridSize } from '../levels.ts';
import type { Decoder, LevelSize, OutputValues, Place, Predictions } from './head.ts';

/** Where one kind of value (box, objectness, classes) of a level's predictions lies in an output, in elements. */
export interface Field {
  /** Index into the outputs of the specification. */
  readonly output: number;
  /** Of the first anchor of the first cell. */
  readonly start: number;
  readonly anchorStep: number;
  readonly cellStep: number;
  /** From one value of a prediction to the next. */
  readonly channelStep: number;
}

export interface GridLevelLayout {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  readonly box: Field;
  readonly objectness: Field | null;
  readonly classes: Field;
}

/** The cell and anchor whose box is being read. */
export interface Cell extends Place {
  stride: number;
  /** Of the anchor, in input pixels; 0 for heads without anchors. */
  anchorWidth: number;
  anchorHeight: number;
}

/**
 * Writes x1, y1, x2, y2 in input pixels from the values of a prediction's box: the first at `data[at]`, the others
 * `step` apart.
 */
export type BoxRule = (data: Float32Array, at: number, step: number, cell: Cell, box: Float64Array) => void;

/** How the values of a grid of predictions become scores and boxes. */
export interface GridReading {
  readonly levels: readonly GridLevelLayout[];
  readonly readBox: BoxRule;
  /** Values that `readBox` reads; 4 unless given. */
  readonly boxValues?: number;
  /** Joins objectness and class probability, both 0..1; their product unless given. Must rise with the class. */
  readonly joinScore?: (objectness: number, probability: number) => number;
}

/** Cells of every level of a grid, in the order of the strides. */
function levelSizes({ strides, grids, input }: Pick<DetectorSpec, 'strides' | 'grids' | 'input'>): LevelSize[] {
  return strides.map((stride, level) => {
    const [rows, columns] = grids?.[level] ?? [];
    const known = rows === undefined || columns === undefined ? gridSize(input.size, stride) : { rows, columns };
    return { stride, ...known };
  });
}

/** What lies in an output that a field is taken from. */
export interface FieldSource {
  readonly output: number;
  readonly order: OutputSpec['order'];
  /** Values of one prediction in this output. */
  readonly channels: number;
  readonly anchors: number;
  /** Cells of the level. */
  readonly cells: number;
  /** Where levels are joined: predictions of all of them, and of those before this one. */
  readonly joined: { readonly total: number; readonly before: number } | null;
}

/** The field that begins with value number `channel` of every prediction. */
export function placeField(source: FieldSource, channel: number): Field {
  const { output, order, channels, anchors, cells, joined } = source;
  const before = joined?.before ?? 0;
  const start = before * channels + channel;
  switch (order) {
    case 'channel-major':
      return joined === null
        ? { output, start: channel * cells, anchorStep: channels * cells, cellStep: 1, channelStep: cells }
        : { output, start: channel * joined.total + before, anchorStep: cells, cellStep: 1, channelStep: joined.total };
    case 'box-major':
      return { output, start, anchorStep: cells * channels, cellStep: channels, channelStep: 1 };
    case 'cell-major':
      return { output, start, anchorStep: channels, cellStep: anchors * channels, channelStep: 1 };
  }
}

/** The levels of a specification with where each begins in an output that joins them. */
export function joinedLevels(spec: DetectorSpec) {
  const sizes = levelSizes(spec);
  const anchors = spec.anchorsPerCell;
  const total = sizes.reduce((sum, { rows, columns }) => sum + anchors * rows * columns, 0);
  let before = 0;
  return sizes.map((size) => {
    const cells = size.rows * size.columns;
    const level = { size, cells, anchors, joined: { total, before } };
    before += anchors * cells;
    return level;
  });
}

/**
 * The places of the values where each prediction is one run of `channels` values, the box first: joined in one output,
 * or one output per level.
 * @param at of the objectness (null without) and of the first class among the values of a prediction
 */
export function layPredictions(
  spec: DetectorSpec,
  channels: number,
  at: { readonly objectness: number | null; readonly classes: number; readonly box?: number },
): GridLevelLayout[] {
  const isJoined = spec.outputs.length < spec.strides.length;
  return joinedLevels(spec).map(({ size, cells, anchors, joined }, level) => {
    const output = isJoined ? 0 : level;
    const order = spec.outputs[output]?.order ?? 'box-major';
    const source: FieldSource = { output, order, channels, anchors, cells, joined: isJoined ? joined : null };
    return {
      ...size,
      box: placeField(source, at.box ?? 0),
      objectness: at.objectness === null ? null : placeField(source, at.objectness),
      classes: placeField(source, at.classes),
    };
  });
}

/** Predictions of one level and where they begin among all: anchor by anchor, each row by row. */
interface PlacedLevel extends GridLevelLayout {
  readonly first: number;
  readonly cells: number;
}

/** A decoder for a head whose cells each make one prediction, or one per anchor. */
export function makeGridDecoder(spec: DetectorSpec, reading: GridReading): Decoder {
  let count = 0;
  const levels = reading.levels.map((level): PlacedLevel => {
    const cells = level.rows * level.columns;
    const placed = { ...level, first: count, cells };
    count += spec.anchorsPerCell * cells;
    return placed;
  });
  const needed = spec.outputs.map((_, output) => elementsNeeded(levels, output, spec, reading.boxValues ?? 4));
  return {
    levels: levels.map(({ stride, rows, columns }) => ({ stride, rows, columns })),
    read(outputs) {
      for (const [output, { name }] of spec.outputs.entries()) {
        const { data, shape } = outputs[output] ?? { data: noValues, shape: [] };
        const wanted = needed[output] ?? 0;
        // Values behind the class scores are there, but not read.
        if (data.length === wanted || (spec.extraValues !== undefined && data.length > wanted)) continue;
        throw new StudioError(
          'bad-output',
          `Output "${name}" came as [${shape.join(', ')}], ${data.length} values; the ${count} predictions of its grid take ${wanted}.`,
          { hint: 'The graph gives another shape than it declares, or the specification of the head is wrong.' },
        );
      }
      return readGrid(spec, reading, levels, count, outputs);
    },
  };
}

/** Elements up to the last one that a grid reads from an output. */
function elementsNeeded(
  levels: readonly PlacedLevel[],
  output: number,
  { anchorsPerCell, classes }: DetectorSpec,
  boxValues: number,
): number {
  const endOf = (level: PlacedLevel, field: Field | null, channels: number) =>
    field?.output === output
      ? field.start +
        (anchorsPerCell - 1) * field.anchorStep +
        (level.cells - 1) * field.cellStep +
        (channels - 1) * field.channelStep +
        1
      : 0;
  return Math.max(
    0,
    ...levels.map((level) =>
      Math.max(
        endOf(level, level.box, boxValues),
        endOf(level, level.objectness, 1),
        endOf(level, level.classes, classes),
      ),
    ),
  );
}

function readGrid(
  spec: DetectorSpec,
  { readBox, joinScore = multiply }: GridReading,
  levels: readonly PlacedLevel[],
  count: number,
  outputs: readonly OutputValues[],
): Predictions {
  const { activation, classes, anchorsPerCell, anchors } = spec;
  const activateObjectness = activation.objectness === 'sigmoid' ? sigmoid : keep;
  const activateClass = activation.class === 'sigmoid' ? sigmoid : keep;
  const valuesOf = (field: Field) => outputs[field.output]?.data ?? noValues;
  const isSoftmax = activation.class === 'softmax';
  const cell: Cell = { level: 0, row: 0, column: 0, anchor: 0, stride: 0, anchorWidth: 0, anchorHeight: 0 };

  const levelIndexOf = (index: number): number => {
    let at = levels.length - 1;
    while (at > 0 && (levels[at]?.first ?? 0) > index) at -= 1;
    return at;
  };
  const levelOf = (index: number): PlacedLevel | undefined => levels[levelIndexOf(index)];

  const readPlace = (index: number, place: Place) => {
    const at = levelIndexOf(index);
    const level = levels[at];
    if (level === undefined) return;
    const within = index - level.first;
    place.level = at;
    place.anchor = Math.floor(within / level.cells);
    place.row = Math.floor((within % level.cells) / level.columns);
    place.column = (within % level.cells) % level.columns;
  };

  /** Where the values of a prediction begin in a field. */
  const locate = (level: PlacedLevel, field: Field, index: number) => {
    const within = index - level.first;
    const anchor = Math.floor(within / level.cells);
    return field.start + anchor * field.anchorStep + (within - anchor * level.cells) * field.cellStep;
  };

  const objectnessAt = (level: PlacedLevel, index: number) => {
    if (level.objectness === null) return 1;
    return activateObjectness(valuesOf(level.objectness)[locate(level, level.objectness, index)] ?? 0);
  };

  const scoreLevel = (level: PlacedLevel, scores: Float32Array, classIds: Uint16Array) => {
    const field = level.classes;
    const data = valuesOf(field);
    for (let anchor = 0; anchor < anchorsPerCell; anchor += 1) {
      const from = level.first + anchor * level.cells;
      const best = scores.subarray(from, from + level.cells);
      const ids = classIds.subarray(from, from + level.cells);
      findBestClass(data, field, field.start + anchor * field.anchorStep, classes, best, ids);
      if (isSoftmax) shareOfBest(data, field, field.start + anchor * field.anchorStep, classes, best);
      for (let at = 0; at < level.cells; at += 1) {
        const probability = activateClass(best[at] ?? 0);
        best[at] = level.objectness === null ? probability : joinScore(objectnessAt(level, from + at), probability);
      }
    }
  };

  return {
    count,
    scoreAll(scores, classIds) {
      for (const level of levels) scoreLevel(level, scores, classIds);
    },
    readScore(index, classId) {
      const level = levelOf(index);
      if (level === undefined) return 0;
      const data = valuesOf(level.classes);
      const start = locate(level, level.classes, index);
      const { channelStep } = level.classes;
      const raw = data[start + classId * channelStep] ?? 0;
      const probability = isSoftmax ? softmaxOf(data, start, channelStep, classes, raw) : activateClass(raw);
      return level.objectness === null ? probability : joinScore(objectnessAt(level, index), probability);
    },
    readBox(index, box) {
      readPlace(index, cell);
      const level = levels[cell.level];
      if (level === undefined) return;
      cell.stride = level.stride;
      const anchor = anchors?.[cell.level]?.[cell.anchor];
      cell.anchorWidth = anchor?.[0] ?? 0;
      cell.anchorHeight = anchor?.[1] ?? 0;
      readBox(valuesOf(level.box), locate(level, level.box, index), level.box.channelStep, cell, box);
    },
    readPlace,
    ...(activation.objectness === 'absent'
      ? {}
      : {
          readObjectness: (index: number) => {
            const level = levelOf(index);
            return level === undefined ? 0 : objectnessAt(level, index);
          },
        }),
  };
}

/** The highest of the class values of every cell of one anchor and its class; in the order in which the values lie. */
function findBestClass(
  data: Float32Array,
  { cellStep, channelStep }: Field,
  start: number,
  classes: number,
  best: Float32Array,
  classIds: Uint16Array,
): void {
  classIds.fill(0);
  if (channelStep > cellStep) {
    for (let cell = 0; cell < best.length; cell += 1) best[cell] = data[start + cell * cellStep] ?? 0;
    let classId = 1;
    // Four classes in one pass: the best so far is read and compared a quarter as often.
    for (; classId + 3 < classes; classId += 4) {
      const from = start + classId * channelStep;
      raiseByFour(data, from, channelStep, cellStep, classId, best, classIds);
    }
    for (; classId < classes; classId += 1) {
      let at = start + classId * channelStep;
      for (let cell = 0; cell < best.length; cell += 1) {
        const value = data[at] ?? 0;
        if (value > (best[cell] ?? 0)) {
          best[cell] = value;
          classIds[cell] = classId;
        }
        at += cellStep;
      }
    }
    return;
  }
  for (let cell = 0; cell < best.length; cell += 1) {
    const first = start + cell * cellStep;
    let highest = data[first] ?? 0;
    let highestClass = 0;
    for (let classId = 1; classId < classes; classId += 1) {
      const value = data[first + classId * channelStep] ?? 0;
      if (value <= highest) continue;
      highest = value;
      highestClass = classId;
    }
    best[cell] = highest;
    classIds[cell] = highestClass;
  }
}

/** Raises the best values of all cells to those of four classes in a row; among equals the first class stays. */
function raiseByFour(
  data: Float32Array,
  from: number,
  channelStep: number,
  cellStep: number,
  classId: number,
  best: Float32Array,
  classIds: Uint16Array,
): void {
  let at = from;
  for (let cell = 0; cell < best.length; cell += 1) {
    const a = data[at] ?? 0;
    const b = data[at + channelStep] ?? 0;
    const c = data[at + 2 * channelStep] ?? 0;
    const d = data[at + 3 * channelStep] ?? 0;
    at += cellStep;
    let highest = best[cell] ?? 0;
    if (a <= highest && b <= highest && c <= highest && d <= highest) continue;
    let id = classIds[cell] ?? 0;
    if (a > highest) [highest, id] = [a, classId];
    if (b > highest) [highest, id] = [b, classId + 1];
    if (c > highest) [highest, id] = [c, classId + 2];
    if (d > highest) [highest, id] = [d, classId + 3];
    best[cell] = highest;
    classIds[cell] = id;
  }
}

/** Replaces the highest class value of every cell by its share of the softmax over the classes. */
function shareOfBest(
  data: Float32Array,
  { cellStep, channelStep }: Field,
  start: number,
  classes: number,
  best: Float32Array,
): void {
  for (let cell = 0; cell < best.length; cell += 1) {
    best[cell] = softmaxOf(data, start + cell * cellStep, channelStep, classes, best[cell] ?? 0);
  }
}

/** The softmax share of `value`, one of the `count` values from `start`, `step` apart. Infinity never arises: sums go from `value`. */
export function softmaxOf(data: Float32Array, start: number, step: number, count: number, value: number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) sum += Math.exp((data[start + at * step] ?? 0) - value);
  return 1 / sum;
}

const noValues = new Float32Array(0);

const multiply = (a: number, b: number) => a * b;

const keep = (value: number) => value;

/** 1 / (1 + e^-x) */
export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** A box that the graph has decoded to centre and size in input pixels. */
export const readCentredBox: BoxRule = (data, at, step, _cell, box) => {
  const x = data[at] ?? 0;
  const y = data[at + step] ?? 0;
  const halfWidth = (data[at + 2 * step] ?? 0) / 2;
  const halfHeight = (data[at + 3 * step] ?? 0) / 2;
  box[0] = x - halfWidth;
  box[1] = y - halfHeight;
  box[2] = x + halfWidth;
  box[3] = y + halfHeight;
};
