import type { DetectorSpec } from '../../types.ts';
import { exponentialRule } from './anchorBox.ts';
import { besideJoined, orderOfAnchors, sizesOf } from './anchorGrid.ts';
import { anchorsInGraph, findAnchors, type PublishedAnchors } from './anchors.ts';
import { decodedBoxRule, rowsOf } from './decodedBox.ts';
import { makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { layFields } from './levelMaps.ts';
import { describeLevelOutputs, findLevelOutputs, listLevels } from './levelOutputs.ts';
import { type NetworkTraits, readNetwork } from './network.ts';
import { type PendingActivation, pendingActivation } from './pendingActivation.ts';
import { publishedAnchors } from './publishedAnchors.ts';
import { bestOf, joinedShape, namesPoints } from './shapes.ts';
import { readSplitPair } from './splitPair.ts';
import { isRelativePlace } from './valueRange.ts';

const anchorsPerCell = 3;

/**
 * YOLOv3 and v4, tiny ones too: raw predictions, one output a level, [1, 3 x (5+C), S, S], or joined, [1, N, 5+C]; joined and
 * decoded; or split into boxes [1, N, 1, 4] (x1, y1, x2, y2 as shares of the picture) and scores [1, N, C].
 */
export const v3Head: Head = {
  family: 'v3',
  recognise: (model) =>
    bestOf([
      readLevels(model),
      ...model.outputs.flatMap((output) => [readSplit(model, output), readJoined(model, output)]),
    ]),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: spec.outputs.some(({ holds }) => holds === 'boxes')
        ? layFields(spec, 4)
        : layPredictions(spec, 5 + spec.classes, { objectness: 4, classes: 5 }),
      readBox: spec.decodedInGraph ? decodedBoxRule(spec) : exponentialRule(spec),
    }),
};

const input = { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' } as const;

/** Points for the operators that these families are built with. */
function networkPoints({ isDarknet, hasSilu, isLikeYoloV7 }: NetworkTraits, levels: number): number {
  if (isLikeYoloV7 && levels > 2) return -1;
  return isDarknet ? 3 : hasSilu ? -1 : 0;
}

function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ output }) => output.shape.length > 2);
  const [first] = levels;
  if (first === undefined || levels.length < 2 || levels.length > 3) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const classes = first.values / anchorsPerCell - 5;
  if (!Number.isInteger(classes) || classes < 1 || (first.anchors ?? anchorsPerCell) !== anchorsPerCell) return null;
  return makeRaw(model, {
    grid: describeLevelOutputs(model, levels),
    outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
    classes,
    head: `levels of 3 x (5+${classes})`,
    pending: pendingActivation(model, first.output.name, 5 + classes),
    evidence: `The outputs ${listLevels(levels)} hold ${anchorsPerCell} x (5 + ${classes}) raw values a cell.`,
  });
}

interface RawPredictions {
  readonly grid: Pick<HeadSpec, 'strides' | 'grids'>;
  readonly outputs: DetectorSpec['outputs'];
  readonly classes: number;
  readonly head: string;
  readonly pending: PendingActivation;
  readonly evidence: string;
}

function makeRaw(model: ModelFacts, raw: RawPredictions): HeadMatch | null {
  const { grid, outputs, classes, pending } = raw;
  // A sigmoid for sizes too is how YOLOv5 begins.
  if (pending.areSizesActivated) return null;
  const network = readNetwork(model);
  const levels = sizesOf(model, grid);
  const published = publishedFor(network, levels.length);
  const found = findAnchors(model, { levels, anchorsPerCell, units: 'pixels' }, published);
  if (found === null) return null;
  const points = networkPoints(network, levels.length);
  const centreScale = centreScaleOf(network, grid.strides);
  const { box, objectness, class: classIs } = pending.activation;
  const isPartly = box === 'none' || objectness === 'none' || classIs === 'none';
  return {
    points:
      2 +
      points +
      (isPartly ? 3 : 0) +
      besideJoined(model, levels, anchorsPerCell, outputs) +
      namesPoints(model, classes),
    evidence: [
      raw.evidence,
      ...(points > 0 ? ['The network uses leaky ReLU or Mish, as YOLOv3 and v4 do.'] : []),
      ...(isPartly ? ['The graph applies the sigmoid to some values, but none to the sizes of boxes.'] : []),
      ...(centreScale === null
        ? []
        : [`It is built like YOLOv4, whose centres may leave their cells: ${centreScale.join(', ')}.`]),
      ...found.evidence,
    ],
    warnings: [
      ...found.warnings,
      ...(centreScale === null
        ? []
        : [
            `Centres are scaled by ${centreScale.join(', ')}, as YOLOv4 was published (scale_x_y); if the model was trained without, set every centreScale to 1 in the specification.`,
          ]),
    ],
    reading: {
      ...grid,
      ...(centreScale === null ? {} : { centreScale }),
      head: `${raw.head}, raw, score = objectness x class`,
      outputs,
      anchorsPerCell,
      anchors: found.anchors,
      classes,
      activation: pending.activation,
      decodedInGraph: false,
      nmsInGraph: false,
      input,
    },
  };
}

function publishedFor({ hasMish, halvesChannels }: NetworkTraits, levels: number): PublishedAnchors | null {
  if (levels === 2) {
    return halvesChannels
      ? { name: 'YOLOv4-tiny', anchors: publishedAnchors.v4tiny }
      : { name: 'YOLOv3-tiny', anchors: publishedAnchors.v3tiny };
  }
  return hasMish || halvesChannels
    ? { name: 'YOLOv4', anchors: publishedAnchors.v4 }
    : { name: 'YOLOv3', anchors: publishedAnchors.v3 };
}

/** `scale_x_y` of the published configurations of YOLOv4, by stride; null for YOLOv3. */
function centreScaleOf({ hasMish, halvesChannels }: NetworkTraits, strides: readonly number[]): number[] | null {
  if (hasMish && strides.length === 3) return strides.map((stride) => (stride <= 8 ? 1.2 : stride <= 16 ? 1.1 : 1.05));
  return halvesChannels ? strides.map(() => 1.05) : null;
}

/** All levels in one output: decoded where an exponential makes the sizes, or else raw. */
function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second < 6) return null;
  const { first: count, second: channels } = shape;
  const grid = findGrid(model, output.name, count, anchorsPerCell);
  if (grid === null) return null;
  const classes = channels - 5;
  const levels = sizesOf(model, grid);
  const order = orderOfAnchors(model, output.name, levels, anchorsPerCell);
  const outputs = [{ name: output.name, holds: 'predictions', order }] as const;
  const seen = `Output "${output.name}" is [1, ${count}, ${channels}]: ${count} is 3 x the number of cells of ${grid.text} at ${model.size[1]} x ${model.size[0]}.`;
  if (!output.afterActivation.has('Exp')) {
    if (['Mul', 'Add', 'Sub', 'Pow'].some((name) => output.afterActivation.has(name))) return null;
    return makeRaw(model, {
      grid: gridOf(grid),
      outputs,
      classes,
      head: `[1, ${count}, 5+${classes}]`,
      pending: pendingActivation(model, output.name, channels),
      evidence: seen,
    });
  }
  const units = isRelativePlace(model, output.name) === true ? 'relative' : 'pixels';
  const found = anchorsInGraph(model, { levels, anchorsPerCell, units });
  return {
    points: 5 + networkPoints(readNetwork(model), levels.length) + namesPoints(model, classes),
    evidence: [
      seen,
      'An exponential near the output: the graph decodes the boxes of YOLOv3 itself.',
      ...(units === 'relative' ? ['Centres stay below a few units whatever the picture: boxes are shares of it.'] : []),
      ...(found?.evidence ?? []),
    ],
    reading: {
      ...gridOf(grid),
      ...(found === null ? {} : { anchors: found.anchors }),
      ...rowsOf('centre-size', units),
      head: `[1, ${count}, 5+${classes}], boxes decoded, score = objectness x class`,
      outputs,
      anchorsPerCell,
      classes,
      activation: { box: 'none', objectness: 'none', class: 'none' },
      decodedInGraph: true,
      nmsInGraph: false,
      input,
    },
  };
}

/** Boxes beside scores, where an exponential makes the sizes or YOLOv4's own shape tells it. */
function readSplit(model: ModelFacts, boxes: OutputFacts): HeadMatch | null {
  const isLikeYoloV4 = boxes.shape.length === 3;
  if (!isLikeYoloV4 && !boxes.afterActivation.has('Exp')) return null;
  return readSplitPair(model, boxes, { anchorsPerCell, resize: isLikeYoloV4 ? 'stretch' : input.resize });
}
