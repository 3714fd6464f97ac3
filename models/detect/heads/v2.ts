import { exponentialRule } from './anchorBox.ts';
import { findAnchors } from './anchors.ts';
import { layPredictions, makeGridDecoder } from './grid.ts';
import type { Head, HeadMatch, ModelFacts } from './head.ts';
import { findLevelOutputs, type LevelOutput } from './levelOutputs.ts';
import { publishedAnchors } from './publishedAnchors.ts';
import { bestOf, namesPoints } from './shapes.ts';
import { activationOf } from './valueOrigin.ts';

const usualAnchors = 5;

/**
 * YOLOv2 and tiny YOLOv2: one raw grid, [1, 5 x (5+C), S, S]; a softmax over the classes.
 */
export const v2Head: Head = {
  family: 'v2',
  recognise: (model) => {
    const levels = findLevelOutputs(model);
    return levels.length === 1 ? bestOf(levels.map((level) => recogniseLevel(model, level))) : null;
  },
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: layPredictions(spec, 5 + spec.classes, { objectness: 4, classes: 5 }),
      readBox: exponentialRule(spec),
    }),
};

function recogniseLevel(model: ModelFacts, { output, stride, values, anchors, order }: LevelOutput): HeadMatch | null {
  const anchorsPerCell = anchors ?? usualAnchors;
  const classes = values / anchorsPerCell - 5;
  if (output.shape.length < 3 || !Number.isInteger(classes) || classes < 1) return null;
  if (activationOf(model, output.name) !== null || output.afterActivation.has('Concat')) return null;
  // A grid of features is no head: the values must come from a convolution that nothing activates.
  if (output.afterActivation.size > 0 && [...output.afterActivation].some((name) => !moving.has(name))) return null;
  const published =
    classes === 20
      ? { name: 'YOLOv2 for VOC', anchors: publishedAnchors.v2voc }
      : { name: 'YOLOv2', anchors: publishedAnchors.v2coco };
  const found = findAnchors(model, [stride], anchorsPerCell, published);
  const names = namesPoints(model, classes) + (classes === 20 ? 1 : 0);
  const leaky = model.hasOperator('LeakyRelu');
  // Five times something is no proof: names or leaky ReLU must speak for it.
  if (found === null || (names < 1 && !leaky)) return null;
  return {
    points: 2 + names + (leaky ? 2 : 0),
    evidence: [
      `Output "${output.name}" is one raw grid of stride ${stride} with ${anchorsPerCell} x (5 + ${classes}) values a cell: YOLOv2.`,
      ...found.evidence,
    ],
    warnings: found.warnings,
    reading: {
      head: `[1, ${anchorsPerCell} x (5+${classes}), rows, columns], raw, score = objectness x softmax of the classes`,
      outputs: [{ name: output.name, holds: 'predictions', order }],
      strides: [stride],
      anchorsPerCell,
      anchors: found.anchors,
      classes,
      activation: { box: 'sigmoid', objectness: 'sigmoid', class: 'softmax' },
      decodedInGraph: false,
      nmsInGraph: false,
      input: { channels: 'RGB', scale: 1 / 255, resize: 'stretch' },
    },
  };
}

const moving = new Set(['Identity', 'Reshape', 'Transpose', 'Cast', 'DequantizeLinear', 'QuantizeLinear']);
