import { findStrides } from '../levels.ts';
import { type BoxRule, layPredictions, makeGridDecoder, readCentredBox } from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { bestOf, hasObjectness, joinedShape, namesPoints, orderStrides } from './shapes.ts';

/**
 * YOLOX: [1, N, 5+C], one prediction a cell, objectness and classes activated; boxes are raw offsets from the cell's
 * corner and logarithms of the size, both in strides, unless the export decodes them. The input is BGR 0..255, padded
 * right and below.
 */
export const yoloxHead: Head = {
  family: 'yolox',
  recognise: (model) => bestOf(model.outputs.map((output) => recogniseOutput(model, output))),
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
