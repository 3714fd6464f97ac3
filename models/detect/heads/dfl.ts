import { distancesRule, pendingSigmoid } from './distances.ts';
import { makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { findLevelMaps, layFields } from './levelMaps.ts';
import { describeLevelOutputs, findLevelOutputs, listLevels } from './levelOutputs.ts';
import { bestOf, isOneOfLevels, joinedShape, namesPoints, usesBefore, valuesBeside } from './shapes.ts';
import { activationOf, isUndecoded, joinedChannels } from './valueOrigin.ts';

/** Bins of nearly every published model of the family. */
const usualBins = 16;

/**
 * The undecoded heads of YOLOv8 and its kin, distances as R bins a side and C classes: per level [1, 4R+C, S, S], or box and
 * classes in outputs of their own; joined as [1, 4R+C, N], or as [1, 4R, N] beside [1, C, N]. YOLOv6 has one value a side
 * (R = 1).
 */
export const dflHead: Head = {
  family: 'dfl',
  recognise: (model) =>
    bestOf([
      readLevels(model),
      readMaps(model),
      ...model.outputs.flatMap((output) => [readJoined(model, output), readJoinedPair(model, output)]),
    ]),
  makeDecoder: (spec) => {
    const box = 4 * (spec.distanceBins ?? 1);
    const isSplit = spec.outputs.some(({ holds }) => holds === 'distances');
    const values = box + spec.classes + (spec.extraValues?.count ?? 0);
    return makeGridDecoder(spec, {
      levels: isSplit ? layFields(spec, box) : layPredictions(spec, values, { objectness: null, classes: box }),
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

interface Split {
  readonly box: number;
  readonly classes: number;
  /** Values behind the classes. */
  readonly more: number;
  /** The tensor of the class scores, or of all values. */
  readonly scores: string;
  readonly isCertain: boolean;
}

/** How many of a cell's values are distances: the parts the graph joins say it, else the names, else the usual bins. */
function splitValues(
  model: ModelFacts,
  output: OutputFacts,
  values: number,
  cells: readonly number[] = [],
): Split | null {
  const parts = joinedChannels(model, output.name, values, cells);
  const [box, scores, more] = parts ?? [];
  const isBox =
    box !== undefined && box.width % 4 === 0 && box.width <= 256 && activationOf(model, box.tensor) === null;
  if (isBox && scores !== undefined && (parts?.length === 2 || (parts?.length === 3 && box.width > 4))) {
    return { box: box.width, classes: scores.width, more: more?.width ?? 0, scores: scores.tensor, isCertain: true };
  }
  // Three parts and more, or a first part that is no box, are other families.
  if (parts !== null) return null;
  const named = model.classNames === null ? 0 : values - model.classNames.length;
  const width = named % 4 === 0 && named >= 8 && named <= 256 ? named : 4 * usualBins;
  const classes = values - width;
  // Without a seam and without names, widths of features are what they are: multiples of eight, save 64 + 80.
  const isPlausible = named === width || classes === 80 || values % 8 !== 0;
  return classes < 1 || !isPlausible ? null : { box: width, classes, more: 0, scores: output.name, isCertain: false };
}

/** What is not certain of a split, or not shown. */
function doubtsOf({ box, more, isCertain }: Split): string[] {
  const assumed = `The graph does not show where distances end and classes begin: ${binsText(box)} are assumed.`;
  return [...(isCertain ? [] : [assumed]), ...(more === 0 ? [] : [`${more} more values a cell are not shown.`])];
}

const binsText = (box: number) => (box === 4 ? '4 distances' : `4 x ${box / 4} distance bins`);

const extrasOf = ({ more }: Split) =>
  more === 0 ? {} : { extraValues: { holds: more === 1 ? 'angle' : 'keypoints', count: more } as const };

function readLevels(model: ModelFacts): HeadMatch | null {
  const all = findLevelOutputs(model).filter(({ anchors }) => anchors === null);
  // Prototypes of masks may stand beside the levels.
  const widest = Math.max(0, ...all.map(({ values }) => values));
  const levels = all.filter(({ values }) => values === widest);
  const [first] = levels;
  const strides = new Set(levels.map(({ stride }) => stride));
  if (first === undefined || strides.size !== levels.length || levels.length < all.length - 1) return null;
  if (levels.some(({ order }) => order !== first.order)) return null;
  const split = splitValues(model, first.output, first.values);
  const isAlone = levels.length === 1;
  if (split === null || (isAlone && (!split.isCertain || first.output.shape.length < 3))) return null;
  if (!isUndecoded(model, first.output.name)) return null;
  const { box, classes } = split;
  const isActivated = activationOf(model, split.scores) === 'sigmoid';
  return {
    points: 2 + (split.isCertain ? 3 : 0) + (box === 4 * usualBins ? 1 : 0) + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(levels)} hold ${binsText(box)} and ${classes} classes a cell.`,
      activationEvidence(isActivated),
    ],
    warnings: doubtsOf(split),
    reading: {
      ...common,
      ...extrasOf(split),
      ...describeLevelOutputs(model, levels),
      head: `levels of ${box === 4 ? '4' : `4x${box / 4}`}+${classes}, ${box === 4 ? 'distances' : 'distances as distributions'}, raw`,
      outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
      classes,
      distanceBins: box / 4,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
    },
  };
}

const activationEvidence = (isActivated: boolean) =>
  isActivated ? 'Class scores are activated in the graph.' : 'Class scores are raw: the sigmoid is applied here.';

/** Bins a side of published models; 1 for distances as they are, as in YOLOv6. */
const publishedBins: readonly number[] = [1, 8, 16, 17];

/** Values that nothing has decoded, save that distances may be the means of distributions. */
function areDistances(model: ModelFacts, tensor: string, bins: number): boolean {
  return isUndecoded(model, tensor) || (bins === 1 && usesBefore(model, tensor, 'Softmax'));
}

/** Box and class maps of every level. */
function readMaps(model: ModelFacts): HeadMatch | null {
  const levels = findLevelMaps(model);
  const [first] = levels ?? [];
  if (levels === null || first === undefined) return null;
  const bins = first.box.values / 4;
  // An objectness beside four values is that of another family.
  if (bins === 1 && first.objectness !== null) return null;
  const named = model.classNames?.length;
  if (!publishedBins.includes(bins) && named !== first.classes.values) return null;
  if (!areDistances(model, first.box.output.name, bins)) return null;
  const isActivated = activationOf(model, first.classes.output.name) === 'sigmoid';
  const classes = first.classes.values;
  // Eight bins in rows of cells are NanoDet's.
  const isUsual = levels.length > 1 && (bins !== 8 || first.box.output.shape.length > 2);
  const flat = levels.flatMap(({ box, classes: scores }) => [box, scores]);
  return {
    points: (isUsual ? 5 : 4) + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(flat)} are ${binsText(first.box.values)} and ${classes} classes of each level.`,
      activationEvidence(isActivated),
    ],
    warnings: first.others.length === 0 ? [] : ['One more map of each level is not shown, such as that of masks.'],
    reading: {
      ...common,
      ...describeLevelOutputs(
        model,
        levels.map(({ box }) => box),
      ),
      head: `per level 4${bins === 1 ? '' : `x${bins}`} distances and ${classes} classes, raw`,
      outputs: levels.flatMap(({ box, classes: scores }) => [
        { name: box.output.name, holds: 'distances' as const, order: box.order },
        { name: scores.output.name, holds: 'scores' as const, order: scores.order },
      ]),
      classes,
      distanceBins: bins,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
    },
  };
}

/** [1, 4R+C, N]: what the network gives before the graph would decode it. */
function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || !isUndecoded(model, output.name)) return null;
  const orders = [
    { order: 'channel-major', values: shape.first, count: shape.second },
    { order: 'box-major', values: shape.second, count: shape.first },
  ] as const;
  for (const { order, values, count } of orders) {
    const grid = values > 4 ? findGrid(model, output.name, count, 1) : null;
    const split = grid === null ? null : splitValues(model, output, values, grid.cells);
    if (grid === null || split === null || isOneOfLevels(model, output, grid, values)) continue;
    const { box, classes } = split;
    const isActivated = activationOf(model, split.scores) === 'sigmoid';
    return {
      points: 4 + (split.isCertain ? 3 : 0) + namesPoints(model, classes) - (box === 4 && !split.isCertain ? 2 : 0),
      evidence: [
        `Output "${output.name}" is [1, ${shape.first}, ${shape.second}]: ${binsText(box)} and ${classes} classes for every cell of ${grid.text}, not decoded.`,
        activationEvidence(isActivated),
      ],
      warnings: doubtsOf(split),
      reading: {
        ...common,
        ...extrasOf(split),
        ...gridOf(grid),
        head: `[1, ${box === 4 ? '4' : `4x${box / 4}`}+${classes}, ${count}], ${box === 4 ? 'distances' : 'distances as distributions'}, raw`,
        outputs: [{ name: output.name, holds: 'predictions', order }],
        classes,
        distanceBins: box / 4,
        activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
      },
    };
  }
  return null;
}

/** [1, 4R, N] beside [1, C, N], either of them perhaps transposed. */
function readJoinedPair(model: ModelFacts, box: OutputFacts): HeadMatch | null {
  const shape = joinedShape(box);
  if (shape === null || !isUndecoded(model, box.name) || activationOf(model, box.name) !== null) return null;
  for (const [order, values, count] of [
    ['channel-major', shape.first, shape.second],
    ['box-major', shape.second, shape.first],
  ] as const) {
    const grid = values % 4 === 0 && values <= 256 ? findGrid(model, box.name, count, 1) : null;
    if (grid === null || isOneOfLevels(model, box, grid, values)) continue;
    const scores = valuesBeside(model, box, count);
    const [only, another] = scores;
    if (only === undefined || another !== undefined) continue;
    const isActivated = activationOf(model, only.output.name) === 'sigmoid';
    // Of two maps of raw values the one of the usual bins, or the one that names do not count, is the box.
    if (!isActivated && values !== 4 * usualBins && model.classNames?.length !== only.values) continue;
    return {
      points: 6 + namesPoints(model, only.values),
      evidence: [
        `Outputs "${box.name}" [1, ${shape.first}, ${shape.second}] and "${only.output.name}" [1, ${only.output.shape.join(', ')}]: ${binsText(values)} and ${only.values} classes for every cell of ${grid.text}, not decoded.`,
        activationEvidence(isActivated),
      ],
      reading: {
        ...common,
        ...gridOf(grid),
        head: `4${values === 4 ? '' : `x${values / 4}`} distances and ${only.values} classes for all ${count} cells, raw`,
        outputs: [
          { name: box.name, holds: 'distances', order },
          { name: only.output.name, holds: 'scores', order: only.order },
        ],
        classes: only.values,
        distanceBins: values / 4,
        activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
      },
    };
  }
  return null;
}
