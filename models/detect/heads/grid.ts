import { StudioError } from '../../errors.ts';
import type { DetectorSpec } from '../../types.ts';
import { sigmoid, softmaxOf } from './activations.ts';
import { findBestClass, shareOfBest } from './bestClass.ts';
import { writeClassProbabilities } from './classProbabilities.ts';
import type { Field, GridLevelLayout } from './gridPlaces.ts';
import type { Decoder, OutputValues, Place, Predictions } from './head.ts';

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
    readScores(index, scores) {
      const level = levelOf(index);
      if (level === undefined) return;
      const { classes: field } = level;
      const start = locate(level, field, index);
      writeClassProbabilities(activation.class, valuesOf(field), start, field.channelStep, classes, scores);
      if (level.objectness === null) return;
      const objectness = objectnessAt(level, index);
      for (let classId = 0; classId < classes; classId += 1) {
        scores[classId] = joinScore(objectness, scores[classId] ?? 0);
      }
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

const noValues = new Float32Array(0);

const multiply = (a: number, b: number) => a * b;

const keep = (value: number) => value;
