import { decodedBoxRule, readDecodedBoxes, rowsOf } from './decodedBox.ts';
import { pendingSigmoid } from './distances.ts';
import { type BoxRule, makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { findLevelMaps, layFields } from './levelMaps.ts';
import { describeLevelOutputs, findLevelOutputs, listLevels } from './levelOutputs.ts';
import { bestOf, hasObjectness, isOneOfLevels, joinedShape, namesPoints } from './shapes.ts';
import { activationOf, isUndecoded, joinedChannels } from './valueOrigin.ts';

/**
 * YOLOX: [1, N, 5+C] or transposed, one prediction a cell; boxes are raw offsets from the cell's corner and logarithms of the
 * size, both in strides, unless the export decodes them. Undecoded also one output a level, [1, 5+C, S, S], or box,
 * objectness and classes each. The input is BGR 0..255, padded right and below.
 */
export const yoloxHead: Head = {
  family: 'yolox',
  recognise: (model) =>
    bestOf([...model.outputs.map((output) => recogniseOutput(model, output)), readLevels(model), readMaps(model)]),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: spec.outputs.some(({ holds }) => holds === 'boxes')
        ? layFields(spec, 4)
        : layPredictions(spec, 5 + spec.classes, { objectness: 4, classes: 5 }),
      readBox: spec.decodedInGraph ? decodedBoxRule(spec) : readRawBox,
    }),
};

const input = { channels: 'BGR', scale: 1, resize: 'letterbox-topleft' } as const;
const inputEvidence = 'YOLOX takes BGR 0..255, the picture at the top left.';

/** xy = (t + cell) x stride, wh = e^t x stride (Ge et al., YOLOX, 2021). */
const readRawBox: BoxRule = (data, at, step, cell, box) => {
  const x = ((data[at] ?? 0) + cell.column) * cell.stride;
  const y = ((data[at + step] ?? 0) + cell.row) * cell.stride;
  const halfWidth = (Math.exp(data[at + 2 * step] ?? 0) * cell.stride) / 2;
  const halfHeight = (Math.exp(data[at + 3 * step] ?? 0) * cell.stride) / 2;
  box[0] = x - halfWidth;
  box[1] = y - halfHeight;
  box[2] = x + halfWidth;
  box[3] = y + halfHeight;
};

/** What the graph joins to one prediction: 4 box values, 1 objectness, C classes; null where it does not show it. */
function partsOfPrediction(model: ModelFacts, output: OutputFacts, values: number) {
  const parts = joinedChannels(model, output.name, values);
  const [box, objectness, scores] = parts ?? [];
  if (parts?.length !== 3 || box?.width !== 4 || objectness?.width !== 1 || scores === undefined) return null;
  return {
    isBoxRaw: activationOf(model, box.tensor) === null,
    activation: pendingFor(model, objectness.tensor, scores.tensor),
  };
}

function pendingFor(model: ModelFacts, objectness: string, scores: string) {
  return {
    box: 'none',
    objectness: pendingSigmoid(activationOf(model, objectness) === 'sigmoid'),
    class: pendingSigmoid(activationOf(model, scores) === 'sigmoid'),
  } as const;
}

/** One output a level, [1, 5+C, S, S]: the graph joins 4 box values, the objectness and C classes. */
function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ anchors }) => anchors === null);
  const [first] = levels;
  if (first === undefined) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const parts = partsOfPrediction(model, first.output, first.values);
  if (parts === null || !parts.isBoxRaw) return null;
  const classes = first.values - 5;
  return {
    points: (levels.length === 1 ? 5 : 7) + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(levels)} join 4 box values, 1 objectness and ${classes} classes: raw YOLOX levels.`,
      inputEvidence,
    ],
    reading: {
      ...describeLevelOutputs(model, levels),
      head: `levels of 5+${classes}, boxes raw, score = objectness x class`,
      outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
      anchorsPerCell: 1,
      classes,
      activation: parts.activation,
      decodedInGraph: false,
      nmsInGraph: false,
      input,
    },
  };
}

/** Box, objectness and classes of every level in outputs of their own. */
function readMaps(model: ModelFacts): HeadMatch | null {
  const levels = findLevelMaps(model);
  const [first] = levels ?? [];
  if (levels === null || first?.objectness == null || first.box.values !== 4 || first.others.length > 0) return null;
  // Distances that an exponential or a ReLU makes are another family's.
  if (!isUndecoded(model, first.box.output.name)) return null;
  const classes = first.classes.values;
  const flat = levels.flatMap(({ box, objectness, classes: scores }) => [
    box,
    ...(objectness === null ? [] : [objectness]),
    scores,
  ]);
  return {
    points: 6 + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(flat)} are 4 box values, 1 objectness and ${classes} classes of each level: raw YOLOX maps.`,
      inputEvidence,
    ],
    reading: {
      ...describeLevelOutputs(
        model,
        levels.map(({ box }) => box),
      ),
      head: `per level 4 box values, objectness and ${classes} classes, raw, score = objectness x class`,
      outputs: levels.flatMap(({ box, objectness, classes: scores }) => [
        { name: box.output.name, holds: 'boxes' as const, order: box.order },
        ...(objectness === null
          ? []
          : [{ name: objectness.output.name, holds: 'objectness' as const, order: objectness.order }]),
        { name: scores.output.name, holds: 'scores' as const, order: scores.order },
      ]),
      anchorsPerCell: 1,
      classes,
      activation: pendingFor(model, first.objectness.output.name, first.classes.output.name),
      decodedInGraph: false,
      nmsInGraph: false,
      input,
    },
  };
}

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null) return null;
  return (
    readJoined(model, output, 'box-major', shape.first, shape.second) ??
    readJoined(model, output, 'channel-major', shape.second, shape.first)
  );
}

function readJoined(
  model: ModelFacts,
  output: OutputFacts,
  order: 'box-major' | 'channel-major',
  count: number,
  channels: number,
): HeadMatch | null {
  const grid = channels < 6 ? null : findGrid(model, output.name, count, 1);
  if (grid === null || isOneOfLevels(model, output, grid, channels)) return null;
  const classes = channels - 5;
  const objectness = hasObjectness(model, output, channels);
  const decoded = output.afterActivation.has('Exp');
  const arithmetic = ['Mul', 'Add', 'Sub', 'Pow'].some((name) => output.afterActivation.has(name));
  // Arithmetic without an exponential decodes distances, which is another family.
  if (arithmetic && !decoded) return null;
  // Values of a cell come last in exports of YOLOX: the other way round is another family, unless the graph shows it.
  if (order === 'channel-major' && !decoded && objectness !== true) return null;
  const parts = partsOfPrediction(model, output, channels);
  if (parts?.isBoxRaw === false) return null;
  // Other parts than box, objectness and classes are another family's.
  if (parts === null && !decoded && objectness !== true && joinedChannels(model, output.name, channels) !== null)
    return null;
  const isRaw = activationOf(model, output.name) === null && parts === null && isUndecoded(model, output.name);
  // Rows of features are no predictions: their widths are multiples of eight.
  if (isRaw && classes !== 80 && classes !== model.classNames?.length && channels % 8 === 0) return null;
  const usual = { box: 'none', objectness: pendingSigmoid(!isRaw), class: pendingSigmoid(!isRaw) } as const;
  const boxes = decoded ? readDecodedBoxes(model, output.name) : null;
  const shapeText = order === 'box-major' ? `[1, ${count}, 5+${classes}]` : `[1, 5+${classes}, ${count}]`;
  return {
    points: 3 + (objectness === null ? 0 : objectness ? 3 : -3) + namesPoints(model, classes),
    evidence: [
      `Output "${output.name}" is [1, ${output.shape.join(', ')}]: ${count} is the number of cells of ` +
        `${grid.text} at ${model.size[1]} x ${model.size[0]}, one prediction a cell.`,
      decoded
        ? 'An exponential near the output: the graph decodes YOLOX boxes itself.'
        : 'No arithmetic after the last activation: raw YOLOX boxes, to be decoded with the grid.',
      ...(boxes?.units === 'relative' ? boxes.evidence : []),
      ...(isRaw ? ['Nothing activates the values: the sigmoid of objectness and classes is applied here.'] : []),
      inputEvidence,
    ],
    reading: {
      ...gridOf(grid),
      ...(boxes === null ? {} : rowsOf(boxes.form ?? 'centre-size', boxes.units)),
      head: `${shapeText}, boxes ${decoded ? 'decoded' : 'raw'}, score = objectness x class`,
      outputs: [{ name: output.name, holds: 'predictions', order }],
      anchorsPerCell: 1,
      classes,
      activation: parts?.activation ?? usual,
      decodedInGraph: decoded,
      nmsInGraph: false,
      input,
    },
  };
}
