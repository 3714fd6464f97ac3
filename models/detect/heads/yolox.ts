import { findStrides } from '../levels.ts';
import { type Head, type HeadSpec, hasObjectness, joinedShape, namesPoints, orderStrides } from './head.ts';
import { readCentredBox, readScoreWithObjectness, scoreWithObjectness } from './objectness.ts';

/**
 * YOLOX: [1, N, 5+C], one prediction a cell, objectness and classes activated; boxes are raw offsets from the cell's
 * corner and logarithms of the size, both in strides, unless the export decodes them. The input is BGR 0..255, padded
 * right and below.
 */
export const yoloxHead: Head = {
  family: 'yolox',

  recognise(model, output) {
    const shape = joinedShape(output.dims);
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
    const reading: HeadSpec = {
      head: `[1, ${count}, 5+${classes}], boxes ${decoded ? 'decoded' : 'raw'}, score = objectness x class`,
      order: 'box-major',
      strides: orderStrides(output, count, strides),
      anchorsPerCell: 1,
      classes,
      decodedInGraph: decoded,
      nmsInGraph: false,
      input: { channels: 'BGR', scale: 1, resize: 'letterbox-topleft' },
    };
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
      reading,
    };
  },

  scorePredictions: scoreWithObjectness,
  readScore: readScoreWithObjectness,

  readBox(raw, spec, index, cell, box) {
    if (spec.decodedInGraph) {
      readCentredBox(raw, spec, index, box);
      return;
    }
    const { data } = raw;
    const start = index * (5 + spec.classes);
    const x = ((data[start] ?? 0) + cell.column) * cell.stride;
    const y = ((data[start + 1] ?? 0) + cell.row) * cell.stride;
    const halfWidth = (Math.exp(data[start + 2] ?? 0) * cell.stride) / 2;
    const halfHeight = (Math.exp(data[start + 3] ?? 0) * cell.stride) / 2;
    box[0] = x - halfWidth;
    box[1] = y - halfHeight;
    box[2] = x + halfWidth;
    box[3] = y + halfHeight;
  },
};
