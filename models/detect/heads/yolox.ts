import { findStrides } from '../levels.ts';
import { pendingSigmoid } from './distances.ts';
import { type BoxRule, layPredictions, makeGridDecoder, readCentredBox } from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findLevelOutputs, listLevels } from './levelOutputs.ts';
import { bestOf, hasObjectness, joinedShape, namesPoints, orderStrides } from './shapes.ts';
import { activationOf, joinedChannels } from './valueOrigin.ts';

/**
 * YOLOX: [1, N, 5+C], one prediction a cell, objectness and classes activated; boxes are raw offsets from the cell's
 * corner and logarithms of the size, both in strides, unless the export decodes them. The input is BGR 0..255, padded
 * right and below.
 */
export const yoloxHead: Head = {
  family: 'yolox',
  recognise: (model) => bestOf([...model.outputs.map((output) => recogniseOutput(model, output)), readLevels(model)]),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: layPredictions(spec, 5 + spec.classes, { objectness: 4, classes: 5 }),
      readBox: spec.decodedInGraph ? readCentredBox : readRawBox,
    }),
};

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

/** One output a level, [1, 5+C, S, S]: the graph joins 4 box values, the objectness and C classes. */
function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ output }) => output.shape.length === 3);
  const [first] = levels;
  if (first === undefined || levels.length < 2) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const parts = joinedChannels(model, first.output.name, first.values);
  const [box, objectness, scores] = parts ?? [];
  if (parts?.length !== 3 || box?.width !== 4 || objectness?.width !== 1 || scores === undefined) return null;
  const classes = scores.width;
  return {
    points: 7 + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(levels)} join 4 box values, 1 objectness and ${classes} classes: raw YOLOX levels.`,
      'YOLOX takes BGR 0..255, the picture at the top left.',
    ],
    reading: {
      head: `levels of 5+${classes}, boxes raw, score = objectness x class`,
      outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
      strides: levels.map(({ stride }) => stride),
      anchorsPerCell: 1,
      classes,
      activation: {
        box: 'none',
        objectness: pendingSigmoid(activationOf(model, objectness.tensor) === 'sigmoid'),
        class: pendingSigmoid(activationOf(model, scores.tensor) === 'sigmoid'),
      },
      decodedInGraph: false,
      nmsInGraph: false,
      input: { channels: 'BGR', scale: 1, resize: 'letterbox-topleft' },
    },
  };
}

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second < 6) return null;
  const { first: count, second: channels } = shape;
  const strides = findStrides(model.size, count, 1);
  if (strides === null) return null;
  const classes = channels - 5;
  const objectness = hasObjectness(output, channels);
  const decoded = output.afterActivation.has('Exp');
  const arithmetic = ['Mul', 'Add', 'Sub', 'Pow'].some((name) => output.afterActivation.has(name));
  // Arithmetic without an exponential decodes distances, which is another family.
  if (arithmetic && !decoded) return null;
  return {
    points: 3 + (objectness === null ? 0 : objectness ? 3 : -3) + namesPoints(model, classes),
    evidence: [
      `Output "${output.name}" is [1, ${count}, ${channels}]: ${count} is the number of cells of the strides ` +
        `${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}, one prediction a cell.`,
      decoded
        ? 'An exponential near the output: the graph decodes YOLOX boxes itself.'
        : 'No arithmetic after the last activation: raw YOLOX boxes, to be decoded with the grid.',
      'YOLOX takes BGR 0..255, the picture at the top left.',
    ],
    reading: {
      head: `[1, ${count}, 5+${classes}], boxes ${decoded ? 'decoded' : 'raw'}, score = objectness x class`,
      outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
      strides: orderStrides(output, count, strides),
      anchorsPerCell: 1,
      classes,
      activation: { box: 'none', objectness: 'none', class: 'none' },
      decodedInGraph: decoded,
      nmsInGraph: false,
      input: { channels: 'BGR', scale: 1, resize: 'letterbox-topleft' },
    },
  };
}
