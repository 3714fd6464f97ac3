import type { DetectorSpec } from '../../types.ts';
import { isLayer } from '../graphTail.ts';
import { sigmoid } from './activations.ts';
import { type BoxRule, makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, ModelFacts } from './head.ts';
import { describeLevelOutputs, findLevelOutputs, type LevelOutput } from './levelOutputs.ts';
import { bestOf, namesPoints } from './shapes.ts';
import { activationOf, followValues, joinedChannels } from './valueOrigin.ts';

/**
 * FastestDet: one grid [1, 5+C, S, S] of objectness, two offsets, two sizes and C classes. Centre = (cell + tanh t) x
 * stride, size = sigmoid t x that of the input, score = objectness^0.6 x class^0.4. BGR 0..1, stretched. Its own export leaves
 * tanh and sigmoid of the box to the reader (`activation.box` is `sigmoid`); others apply them.
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

function boxRule({ input, activation }: Pick<DetectorSpec, 'input' | 'activation'>): BoxRule {
  const [height, width] = input.size;
  const isPending = activation.box === 'sigmoid';
  const [offset, share] = isPending ? [Math.tanh, sigmoid] : [keep, keep];
  return (data, at, step, cell, box) => {
    const x = (cell.column + offset(data[at] ?? 0)) * cell.stride;
    const y = (cell.row + offset(data[at + step] ?? 0)) * cell.stride;
    const halfWidth = (share(data[at + 2 * step] ?? 0) * width) / 2;
    const halfHeight = (share(data[at + 3 * step] ?? 0) * height) / 2;
    box[0] = x - halfWidth;
    box[1] = y - halfHeight;
    box[2] = x + halfWidth;
    box[3] = y + halfHeight;
  };
}

const keep = (value: number) => value;

/** The parts that the graph joins, with one box part [4] or one each for offsets and sizes [2, 2]; null for others. */
function partsOf(model: ModelFacts, output: string, values: number) {
  const parts = joinedChannels(model, output, values) ?? [];
  const [objectness, first, second, third] = parts;
  if (objectness?.width !== 1 || first === undefined || second === undefined) return null;
  if (parts.length === 3 && first.width === 4) return { objectness, boxes: [first], scores: second };
  const isSplit = parts.length === 4 && first.width === 2 && second.width === 2;
  return isSplit && third !== undefined ? { objectness, boxes: [first, second], scores: third } : null;
}

/** Whether tanh and sigmoid are in the graph already: [4] joins them from two, [2, 2] has them in each part. */
function isBoxActivated(model: ModelFacts, boxes: readonly { readonly tensor: string }[]): boolean {
  const met = new Set<string>();
  for (const { tensor } of boxes) {
    followValues(model, tensor, (node) => {
      met.add(node.opType);
      return isLayer(model.index, node) ? 'stop' : 'go on';
    });
  }
  return met.has('Tanh') && met.has('Sigmoid');
}

function recogniseLevel(model: ModelFacts, level: LevelOutput): HeadMatch | null {
  const { output, stride, values, anchors, order } = level;
  if (anchors !== null || values < 6) return null;
  const parts = partsOf(model, output.name, values);
  if (parts === null) return null;
  const classes = values - 5;
  const objectnessIs = activationOf(model, parts.objectness.tensor);
  const classIs = activationOf(model, parts.scores.tensor);
  const isActivated = isBoxActivated(model, parts.boxes);
  const stages = { objectness: objectnessIs, class: classIs, box: isActivated ? 'tanh and sigmoid' : null };
  const applied = Object.entries(stages).flatMap(([name, by]) => (by === null ? [] : [`${name}: ${by}`]));
  return {
    points: 5 + (classIs === 'softmax' ? 2 : 0) + namesPoints(model, classes),
    evidence: [
      `Output "${output.name}" is one grid of stride ${stride} that joins 1 objectness, 4 box values and ${classes} classes: FastestDet.`,
      `Applied in the graph: ${applied.length === 0 ? 'nothing' : applied.join(', ')}; the rest is applied here.`,
      'FastestDet takes BGR 0..1, stretched to the size of the input.',
    ],
    reading: {
      ...describeLevelOutputs(model, [level]),
      head: `[1, 1+4+${classes}, rows, columns], score = objectness^0.6 x class^0.4`,
      outputs: [{ name: output.name, holds: 'predictions', order }],
      anchorsPerCell: 1,
      classes,
      activation: {
        box: isActivated ? 'none' : 'sigmoid',
        objectness: objectnessIs === 'sigmoid' ? 'none' : 'sigmoid',
        class: classIs === null ? 'softmax' : 'none',
      },
      decodedInGraph: false,
      nmsInGraph: false,
      input: { channels: 'BGR', scale: 1 / 255, resize: 'stretch' },
    },
  };
}
