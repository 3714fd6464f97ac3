import type { DetectorSpec } from '../../types.ts';
import { type BoxRule, layPredictions, makeGridDecoder, sigmoid } from './grid.ts';
import type { Head, HeadMatch, ModelFacts } from './head.ts';
import { findLevelOutputs, type LevelOutput } from './levelOutputs.ts';
import { bestOf, namesPoints } from './shapes.ts';
import { activationOf, joinedChannels } from './valueOrigin.ts';

/**
 * FastestDet: one grid [1, 5+C, S, S] of objectness, two offsets, two sizes and C classes. Centre = (cell + tanh t) x
 * stride, size = sigmoid t x that of the input, score = objectness^0.6 x class^0.4. BGR 0..1, stretched.
 */
export const fastestDetHead: Head = {
  family: 'fastestdet',
  recognise: (model) => bestOf(findLevelOutputs(model).map((level) => recogniseLevel(model, level))),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: layPredictions(spec, 5 + spec.classes, { objectness: 0, box: 1, classes: 5 }),
      readBox: boxRule(spec),
      joinScore: (objectness, probability) => objectness ** 0.6 * probability ** 0.4,
    }),
};

function boxRule({ input }: Pick<DetectorSpec, 'input'>): BoxRule {
  const [height, width] = input.size;
  return (data, at, step, cell, box) => {
    const x = (cell.column + Math.tanh(data[at] ?? 0)) * cell.stride;
    const y = (cell.row + Math.tanh(data[at + step] ?? 0)) * cell.stride;
    const halfWidth = (sigmoid(data[at + 2 * step] ?? 0) * width) / 2;
    const halfHeight = (sigmoid(data[at + 3 * step] ?? 0) * height) / 2;
    box[0] = x - halfWidth;
    box[1] = y - halfHeight;
    box[2] = x + halfWidth;
    box[3] = y + halfHeight;
  };
}

function recogniseLevel(model: ModelFacts, { output, stride, values, anchors, order }: LevelOutput): HeadMatch | null {
  if (output.shape.length !== 3 || anchors !== null || values < 6) return null;
  const parts = joinedChannels(model, output.name, values);
  const [objectness, box, scores] = parts ?? [];
  if (parts?.length !== 3 || objectness?.width !== 1 || box?.width !== 4 || scores === undefined) return null;
  const classes = values - 5;
  const objectnessIs = activationOf(model, objectness.tensor);
  const classIs = activationOf(model, scores.tensor);
  return {
    points: 5 + (classIs === 'softmax' ? 2 : 0) + namesPoints(model, classes),
    evidence: [
      `Output "${output.name}" is one grid of stride ${stride} that joins 1 objectness, 4 box values and ${classes} classes: FastestDet.`,
      'FastestDet takes BGR 0..1, stretched to the size of the input.',
    ],
    reading: {
      head: `[1, 1+4+${classes}, rows, columns], score = objectness^0.6 x class^0.4`,
      outputs: [{ name: output.name, holds: 'predictions', order }],
      strides: [stride],
      anchorsPerCell: 1,
      classes,
      activation: {
        box: 'none',
        objectness: objectnessIs === 'sigmoid' ? 'none' : 'sigmoid',
        class: classIs === null ? 'softmax' : 'none',
      },
      decodedInGraph: false,
      nmsInGraph: false,
      input: { channels: 'BGR', scale: 1 / 255, resize: 'stretch' },
    },
  };
}
