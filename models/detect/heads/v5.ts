import { squaredSigmoidRule } from './anchorBox.ts';
import { besideJoined, orderOfAnchors, sizesOf } from './anchorGrid.ts';
import { anchorsInGraph, findAnchors, type PublishedAnchors } from './anchors.ts';
import { decodedBoxRule, rowsOf } from './decodedBox.ts';
import { findExtraValues } from './extraValues.ts';
import { makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { layFields } from './levelMaps.ts';
import { describeLevelOutputs, findLevelOutputs, listLevels } from './levelOutputs.ts';
import { type NetworkTraits, readNetwork } from './network.ts';
import { pendingActivation } from './pendingActivation.ts';
import { publishedAnchors } from './publishedAnchors.ts';
import { bestOf, hasObjectness, joinedShape, namesPoints } from './shapes.ts';
import { readSplitPair } from './splitPair.ts';
import { isRelativePlace } from './valueRange.ts';

const arithmetic = ['Mul', 'Pow', 'Add', 'Sub', 'QLinearMul', 'QLinearAdd'];

/** As many anchors a cell as every published model of the family has. */
const usualAnchors = 3;
/** Others that models are trained with; the graph must show them. */
const otherAnchors = [2, 4, 5, 6, 9];

/**
 * YOLOv5 and v7: [1, N, 5+C] with three anchors a cell, boxes decoded to centre and size in input pixels (or, from
 * TensorFlow, in shares of the input), objectness and class scores activated; or the same without grid and anchors
 * (YOLOv5-lite), joined or one output a level. YOLOv6 exports of the decoded form have one prediction a cell and an objectness
 * of 1.
 */
export const v5Head: Head = {
  family: 'v5',
  recognise: (model) =>
    bestOf([
      ...model.outputs.flatMap((output) => [recogniseOutput(model, output), readSplit(model, output)]),
      readLevels(model),
    ]),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: spec.outputs.some(({ holds }) => holds === 'boxes')
        ? layFields(spec, 4)
        : layPredictions(spec, 5 + spec.classes + (spec.extraValues?.count ?? 0), { objectness: 4, classes: 5 }),
      readBox: spec.decodedInGraph ? decodedBoxRule(spec) : squaredSigmoidRule(spec),
    }),
};

const input = { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' } as const;

/** Boxes beside scores, where no exponential makes the sizes. */
function readSplit(model: ModelFacts, boxes: OutputFacts): HeadMatch | null {
  if (boxes.shape.length !== 2 || boxes.afterActivation.has('Exp')) return null;
  return readSplitPair(model, boxes, { anchorsPerCell: usualAnchors, resize: input.resize });
}

/** An output that joins all predictions, one after the other or, seldom, value by value. */
interface Joined {
  readonly output: OutputFacts;
  readonly count: number;
  readonly channels: number;
  readonly isTurned: boolean;
}

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  // An exponential decodes the boxes of another family.
  if (shape === null || output.afterActivation.has('Exp')) return null;
  return (
    recogniseJoined(model, { output, count: shape.first, channels: shape.second, isTurned: false }) ??
    recogniseJoined(model, { output, count: shape.second, channels: shape.first, isTurned: true })
  );
}

function recogniseJoined(model: ModelFacts, joined: Joined): HeadMatch | null {
  const { output, channels, isTurned } = joined;
  if (channels < 6) return null;
  const isDecoded = arithmetic.some((name) => output.afterActivation.has(name));
  if (!isDecoded) return isTurned ? null : readUndecoded(model, joined);
  for (const anchorsPerCell of isTurned ? [usualAnchors] : [usualAnchors, ...otherAnchors, 1]) {
    const match = readDecoded(model, joined, anchorsPerCell);
    if (match !== null) return match;
  }
  return null;
}

function readDecoded(model: ModelFacts, joined: Joined, anchorsPerCell: number): HeadMatch | null {
  const { output, count, channels, isTurned } = joined;
  const grid = findGrid(model, output.name, count, anchorsPerCell);
  if (grid === null) return null;
  const extras = findExtraValues(model, output, channels, 5);
  const more = extras?.extraValues.count ?? 0;
  const classes = channels - 5 - more;
  const levels = sizesOf(model, grid);
  const units = isRelativePlace(model, output.name) === true ? 'relative' : 'pixels';
  const found = anchorsPerCell === 1 ? null : anchorsInGraph(model, { levels, anchorsPerCell, units });
  // A number of predictions alone proves little where the form is rare: the anchors must be there too.
  if (found === null && (isTurned || otherAnchors.includes(anchorsPerCell))) return null;
  const order = isTurned ? 'channel-major' : orderOfAnchors(model, output.name, levels, anchorsPerCell);
  const objectness = anchorsPerCell === 1 ? hasObjectness(model, output, channels - more) : true;
  // One prediction a cell is rare in this form, so that other readings come first.
  const base = anchorsPerCell === 1 ? 1 : 2;
  return {
    points:
      base + (extras === null ? 0 : 2) + (objectness === null ? 0 : objectness ? 3 : -3) + namesPoints(model, classes),
    evidence: [
      describeJoined(model, joined, anchorsPerCell, grid.text),
      ...(extras?.evidence ?? []),
      'Arithmetic follows the last activation: the graph applies grid and anchors itself.',
      ...(units === 'relative' ? ['Centres stay below a few units whatever the picture: boxes are shares of it.'] : []),
      ...(found?.evidence ?? []),
    ],
    warnings: extras?.warnings ?? [],
    reading: {
      ...gridOf(grid),
      ...(extras === null ? {} : { extraValues: extras.extraValues }),
      ...(found === null ? {} : { anchors: found.anchors }),
      ...rowsOf('centre-size', units),
      head: `[1, ${count}, 5+${classes}${more === 0 ? '' : `+${more}`}], boxes decoded, score = objectness x class`,
      outputs: [{ name: output.name, holds: 'predictions', order }],
      anchorsPerCell,
      classes,
      activation: { box: 'none', objectness: 'none', class: 'none' },
      decodedInGraph: true,
      nmsInGraph: false,
      input,
    },
  };
}

function describeJoined(
  { size: [height, width] }: ModelFacts,
  { output, count }: Joined,
  anchorsPerCell: number,
  grid: string,
): string {
  const times = anchorsPerCell === 1 ? '' : `${anchorsPerCell} x `;
  return `Output "${output.name}" is [1, ${output.shape.join(', ')}]: ${count} is ${times}the number of cells of ${grid} at ${width} x ${height}.`;
}

/** Joined, but grid and anchors are left to the reader. */
function readUndecoded(model: ModelFacts, joined: Joined): HeadMatch | null {
  const { output, count, channels } = joined;
  const grid = findGrid(model, output.name, count, usualAnchors);
  if (grid === null) return null;
  const order = orderOfAnchors(model, output.name, sizesOf(model, grid), usualAnchors);
  return makeRaw(model, {
    grid: gridOf(grid),
    outputs: [{ name: output.name, holds: 'predictions', order }],
    anchorsPerCell: usualAnchors,
    classes: channels - 5,
    head: `[1, N, ${usualAnchors} x (5+${channels - 5})]`,
    points: 4,
    evidence: describeJoined(model, joined, usualAnchors, grid.text),
  });
}

/** One raw output a level: [1, A, S, S, 5+C], [1, A x (5+C), S, S] or the same with the values last. */
function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ output }) => output.shape.length > 2);
  const [first] = levels;
  if (first === undefined || levels.length < 2 || levels.length > 5) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const anchorsPerCell = first.anchors ?? usualAnchors;
  const classes = first.values / anchorsPerCell - 5;
  if (!Number.isInteger(classes) || classes < 1 || anchorsPerCell > 9) return null;
  return makeRaw(model, {
    grid: describeLevelOutputs(model, levels),
    outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
    anchorsPerCell,
    classes,
    head: `levels of ${anchorsPerCell} x (5+${classes})`,
    points: first.anchors === null ? 2 : 4,
    evidence: `The outputs ${listLevels(levels)} hold ${anchorsPerCell} x (5 + ${classes}) values a cell.`,
  });
}

interface RawPredictions extends Pick<HeadSpec, 'outputs' | 'anchorsPerCell' | 'classes' | 'head'> {
  readonly grid: Pick<HeadSpec, 'strides' | 'grids'>;
  /** For the shapes. */
  readonly points: number;
  readonly evidence: string;
}

function makeRaw(model: ModelFacts, raw: RawPredictions): HeadMatch | null {
  const { grid, outputs, anchorsPerCell, classes } = raw;
  const network = readNetwork(model);
  const levels = sizesOf(model, grid);
  const published = publishedFor(network, levels.length);
  const found = findAnchors(model, { levels, anchorsPerCell, units: 'pixels' }, published);
  if (found === null) return null;
  const { activation, areSizesActivated } = pendingActivation(model, outputs[0]?.name ?? '', 5 + classes);
  return {
    points:
      raw.points +
      (areSizesActivated ? 3 : networkPoints(network, levels.length)) +
      besideJoined(model, levels, anchorsPerCell, outputs) +
      namesPoints(model, classes),
    evidence: [
      raw.evidence,
      areSizesActivated
        ? 'Every value comes straight from a sigmoid: grid and anchors are still to be applied, as YOLOv5-lite exports it.'
        : 'The values come straight from convolutions: sigmoid, grid and anchors are still to be applied.',
      ...found.evidence,
    ],
    warnings: found.warnings,
    reading: {
      ...grid,
      head: `${raw.head}, raw, score = objectness x class`,
      outputs,
      anchorsPerCell,
      anchors: found.anchors,
      classes,
      activation,
      decodedInGraph: false,
      nmsInGraph: false,
      input,
    },
  };
}

/** Leaky ReLU and Mish are what YOLOv3 and v4 are built with; of this family only YOLOv7-tiny is. */
function networkPoints({ isDarknet, isLikeYoloV7 }: NetworkTraits, levels: number): number {
  if (isLikeYoloV7 && levels > 2) return 3;
  return isDarknet ? -2 : 1;
}

function publishedFor({ isDarknet, isLikeYoloV7 }: NetworkTraits, levels: number): PublishedAnchors | null {
  switch (levels) {
    case 2:
      return { name: 'YOLOv3-tiny', anchors: publishedAnchors.v3tiny };
    case 3:
      if (!isLikeYoloV7) return { name: 'YOLOv5', anchors: publishedAnchors.v3 };
      return isDarknet
        ? { name: 'YOLOv7-tiny', anchors: publishedAnchors.v3 }
        : { name: 'YOLOv7', anchors: publishedAnchors.v4 };
    case 4:
      return { name: 'YOLOv5 P6', anchors: publishedAnchors.v5p6 };
    default:
      return null;
  }
}
