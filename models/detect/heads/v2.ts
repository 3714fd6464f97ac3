import { exponentialRule } from './anchorBox.ts';
import { findAnchors, type PublishedAnchors } from './anchors.ts';
import { makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, ModelFacts } from './head.ts';
import { describeLevelOutputs, findLevelOutputs, type LevelOutput } from './levelOutputs.ts';
import { type NetworkTraits, readNetwork } from './network.ts';
import { publishedAnchors } from './publishedAnchors.ts';
import { bestOf, namesPoints } from './shapes.ts';
import { activationOf } from './valueOrigin.ts';

const usualAnchors = 5;
/** Convolutions: the tiny models have 9, the others 22 and more. */
const mostTinyLayers = 12;

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

function recogniseLevel(model: ModelFacts, level: LevelOutput): HeadMatch | null {
  const { output, stride, values, anchors, order } = level;
  const anchorsPerCell = anchors ?? usualAnchors;
  const classes = values / anchorsPerCell - 5;
  if (output.shape.length < 3 || !Number.isInteger(classes) || classes < 1) return null;
  if (activationOf(model, output.name) !== null || output.afterActivation.has('Concat')) return null;
  // A grid of features is no head: the values must come from a convolution that nothing activates.
  if (output.afterActivation.size > 0 && [...output.afterActivation].some((name) => !moving.has(name))) return null;
  const network = readNetwork(model);
  const found = findAnchors(
    model,
    { levels: [level], anchorsPerCell, units: 'pixels' },
    publishedFor(classes, stride, network),
  );
  const names = namesPoints(model, classes) + (classes === 20 ? 1 : 0);
  // Five times something is no proof: names or leaky ReLU must speak for it.
  if (found === null || (names < 1 && !network.isDarknet)) return null;
  return {
    points: 2 + names + (network.isDarknet ? 2 : 0),
    evidence: [
      `Output "${output.name}" is one raw grid of stride ${stride} with ${anchorsPerCell} x (5 + ${classes}) values a cell: YOLOv2.`,
      ...(network.isDarknet ? ['The network uses leaky ReLU, as YOLOv2 does.'] : []),
      ...found.evidence,
    ],
    warnings: found.warnings,
    reading: {
      ...describeLevelOutputs(model, [level]),
      head: `[1, ${anchorsPerCell} x (5+${classes}), rows, columns], raw, score = objectness x softmax of the classes`,
      outputs: [{ name: output.name, holds: 'predictions', order }],
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

/** Published in cells: a model of another stride than 32 has others in pixels. */
function publishedFor(classes: number, stride: number, { layers }: NetworkTraits): PublishedAnchors {
  const isTiny = layers <= mostTinyLayers;
  const { name, anchors } =
    classes !== 20
      ? { name: 'YOLOv2 for COCO', anchors: publishedAnchors.v2coco }
      : isTiny
        ? { name: 'tiny YOLOv2 for VOC', anchors: publishedAnchors.v2tinyVoc }
        : { name: 'YOLOv2 for VOC', anchors: publishedAnchors.v2voc };
  const unit = stride / 32;
  return { name, anchors: anchors.map((level) => level.map(([width, height]) => [width * unit, height * unit])) };
}

const moving = new Set(['Identity', 'Reshape', 'Transpose', 'Cast', 'DequantizeLinear', 'QuantizeLinear']);
