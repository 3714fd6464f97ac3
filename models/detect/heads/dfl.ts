import type { DetectorSpec } from '../../types.ts';
import { findStrides } from '../levels.ts';
import { distancesRule, pendingSigmoid } from './distances.ts';
import {
  type FieldSource,
  type GridLevelLayout,
  joinedLevels,
  layPredictions,
  makeGridDecoder,
  placeField,
} from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findLevelOutputs, type LevelOutput, listLevels } from './levelOutputs.ts';
import { bestOf, joinedShape, namesPoints, orderStrides } from './shapes.ts';
import { activationOf, joinedChannels } from './valueOrigin.ts';

/** Bins of every published model of the family. */
const usualBins = 16;

/**
 * The undecoded heads of YOLOv8 and its kin: per level [1, 4R+C, S, S], distances as R bins a side and C classes; box and
 * classes in outputs of their own; joined as [1, 4R+C, N]; YOLOv6 has one value a side (R = 1).
 */
export const dflHead: Head = {
  family: 'dfl',
  recognise: (model) =>
    bestOf([readLevels(model), readPairs(model), ...model.outputs.map((output) => readJoined(model, output))]),
  makeDecoder: (spec) => {
    const box = 4 * (spec.distanceBins ?? 1);
    const isSplit = spec.outputs.some(({ holds }) => holds === 'distances');
    return makeGridDecoder(spec, {
      levels: isSplit
        ? layPairs(spec, box)
        : layPredictions(spec, box + spec.classes, { objectness: null, classes: box }),
      readBox: distancesRule(spec),
      boxValues: box,
    });
  },
};

const common = {
  anchorsPerCell: 1,
  decodedInGraph: false,
  nmsInGraph: false,
  input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
} as const;

/** How many of a cell's values are distances: the parts the graph joins say it, else the names, else the usual bins. */
function splitValues(model: ModelFacts, output: OutputFacts, values: number) {
  const parts = joinedChannels(model, output.name, values);
  const [box, scores] = parts ?? [];
  if (parts?.length === 2 && box !== undefined && scores !== undefined && box.width % 4 === 0) {
    return { box: box.width, scores: scores.tensor, isCertain: true };
  }
  const named = model.classNames === null ? 4 * usualBins : values - model.classNames.length;
  const width = named % 4 === 0 && named >= 8 ? named : 4 * usualBins;
  return width < values ? { box: width, scores: output.name, isCertain: false } : null;
}

function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ output }) => output.shape.length === 3);
  const [first] = levels;
  if (first === undefined || levels.length < 2) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const split = splitValues(model, first.output, first.values);
  if (split === null || !looksLikeBins(split.box)) return null;
  const classes = first.values - split.box;
  const isActivated = activationOf(model, split.scores) === 'sigmoid';
  return {
    points: 2 + (split.isCertain ? 3 : 0) + (split.box === 4 * usualBins ? 1 : 0) + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(levels)} hold 4 x ${split.box / 4} distance bins and ${classes} classes a cell.`,
      activationEvidence(isActivated),
    ],
    reading: {
      ...common,
      head: `levels of 4x${split.box / 4}+${classes}, distances as distributions, raw`,
      outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
      strides: levels.map(({ stride }) => stride),
      classes,
      distanceBins: split.box / 4,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
    },
  };
}

const looksLikeBins = (box: number) => box % 4 === 0 && box / 4 >= 2 && box / 4 <= 64;

const activationEvidence = (isActivated: boolean) =>
  isActivated ? 'Class scores are activated in the graph.' : 'Class scores are raw: the sigmoid is applied here.';

/** Box and class maps of one level, as exports for embedded chips have them. */
interface Pair {
  readonly box: LevelOutput;
  readonly classes: LevelOutput;
}

function readPairs(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ output }) => output.shape.length === 3);
  const strides = [...new Set(levels.map(({ stride }) => stride))];
  if (strides.length < 2) return null;
  const pairs = strides.map((stride) =>
    pairOf(
      model,
      levels.filter((level) => level.stride === stride),
    ),
  );
  const [first] = pairs;
  if (first === undefined || first === null) return null;
  const whole = pairs.filter((pair) => pair !== null);
  const isUniform = whole.every(
    ({ box, classes }) => box.values === first.box.values && classes.values === first.classes.values,
  );
  if (whole.length !== strides.length || !isUniform) return null;
  const bins = first.box.values / 4;
  const isActivated = activationOf(model, first.classes.output.name) === 'sigmoid';
  return {
    points: 5 + namesPoints(model, first.classes.values),
    evidence: [
      `The outputs ${listLevels(whole.flatMap(({ box, classes }) => [box, classes]))} are ${bins === 1 ? 'distances' : `4 x ${bins} distance bins`} and ${first.classes.values} classes of each level.`,
      activationEvidence(isActivated),
    ],
    reading: {
      ...common,
      head: `per level 4${bins === 1 ? '' : `x${bins}`} distances and ${first.classes.values} classes, raw`,
      outputs: whole.flatMap(({ box, classes }) => [
        { name: box.output.name, holds: 'distances' as const, order: box.order },
        { name: classes.output.name, holds: 'scores' as const, order: classes.order },
      ]),
      strides,
      classes: first.classes.values,
      distanceBins: bins,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
    },
  };
}

/** Of the maps of one stride the box is that of 4 x R values, the classes as many as the names, else the other one. */
function pairOf(model: ModelFacts, maps: readonly LevelOutput[]): Pair | null {
  // A sum of scores, one value a cell, is there to skip empty cells fast.
  const useful = maps.filter(({ values }) => values > 1 || maps.length === 2);
  const named = model.classNames?.length;
  const box =
    useful.find(({ values }) => values === 4 * usualBins && values !== named) ??
    useful.find(({ values }) => values === 4 && values !== named) ??
    useful.find(({ values }) => values % 4 === 0 && values !== named && looksLikeBins(values));
  const classes = useful.find((map) => map !== box && (named === undefined || map.values === named));
  return box === undefined || classes === undefined || useful.length !== 2 ? null : { box, classes };
}

function layPairs(spec: DetectorSpec, box: number): GridLevelLayout[] {
  return joinedLevels(spec).map(({ size, cells, anchors }, level) => {
    const source = (output: number, channels: number): FieldSource => ({
      output,
      order: spec.outputs[output]?.order ?? 'channel-major',
      channels,
      anchors,
      cells,
      joined: null,
    });
    return {
      ...size,
      box: placeField(source(2 * level, box), 0),
      objectness: null,
      classes: placeField(source(2 * level + 1, spec.classes), 0),
    };
  });
}

/** [1, 4R+C, N]: what the network gives before the graph would decode it. */
function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null) return null;
  const orders = [
    { order: 'channel-major', values: shape.first, count: shape.second },
    { order: 'box-major', values: shape.second, count: shape.first },
  ] as const;
  for (const { order, values, count } of orders) {
    const strides = findStrides(model.size, count, 1);
    if (strides === null) continue;
    const parts = joinedChannels(model, output.name, values) ?? levelParts(model, output, values);
    const [box, scores] = parts ?? [];
    if (parts?.length !== 2 || box === undefined || scores === undefined || !looksLikeBins(box.width)) continue;
    if (output.afterActivation.has('Mul') || output.afterActivation.has('Add')) continue;
    const classes = scores.width;
    const isActivated = activationOf(model, scores.tensor) === 'sigmoid';
    return {
      points: 7 + namesPoints(model, classes),
      evidence: [
        `Output "${output.name}" is [1, ${shape.first}, ${shape.second}]: 4 x ${box.width / 4} distance bins and ${classes} classes for every cell of the strides ${strides.join(', ')}.`,
        activationEvidence(isActivated),
      ],
      reading: {
        ...common,
        head: `[1, 4x${box.width / 4}+${classes}, ${count}], distances as distributions, raw`,
        outputs: [{ name: output.name, holds: 'predictions', order }],
        strides: orderStrides(output, count, strides),
        classes,
        distanceBins: box.width / 4,
        activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
      },
    };
  }
  return null;
}

/** The parts of a level where the levels are joined last. */
function levelParts(_model: ModelFacts, output: OutputFacts, values: number) {
  const widths = output.partsOf(values);
  return widths === null ? null : widths.map((width) => ({ tensor: output.name, width }));
}
