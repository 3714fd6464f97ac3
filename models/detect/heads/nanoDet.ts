import type { DetectorSpec } from '../../types.ts';
import { distancesRule, pendingSigmoid } from './distances.ts';
import { makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { findLevelMaps, layFields } from './levelMaps.ts';
import { describeLevelOutputs, findLevelOutputs, listLevels } from './levelOutputs.ts';
import { bestOf, isOneOfLevels, joinedShape, namesPoints } from './shapes.ts';
import { activationOf, isUndecoded, joinedChannels } from './valueOrigin.ts';

/** Distances 0 to 7 a side. */
const bins = 8;
const boxValues = 4 * bins;

/**
 * NanoDet, NanoDet-Plus and PicoDet: C class scores and four distributions over 8 distances a cell; joined as [1, N, C+32]
 * (NanoDet-Plus) or per level as [1, S x S, C] and [1, S x S, 32].
 */
export const nanoDetHead: Head = {
  family: 'nanodet',
  recognise: (model) =>
    bestOf([...model.outputs.map((output) => readJoined(model, output)), readLevels(model), readMaps(model)]),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: spec.outputs.some(({ holds }) => holds === 'distances')
        ? layFields(spec, boxValues)
        : layPredictions(spec, boxValues + spec.classes, { objectness: null, box: spec.classes, classes: 0 }),
      readBox: distancesRule(spec),
      boxValues,
    }),
};

/** Mean and deviation of ImageNet in BGR, 0..255, as NanoDet is trained. */
const nanoDetInput = {
  channels: 'BGR',
  scale: 1,
  mean: [103.53, 116.28, 123.675],
  std: [57.375, 57.12, 58.395],
  resize: 'stretch',
} as const;

const picoDetInput = {
  channels: 'RGB',
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  resize: 'stretch',
} as const;

/** How a relative of the family is fed, and where the middle of a cell is. */
interface Variant {
  readonly name: string;
  readonly centre: NonNullable<DetectorSpec['cellCentre']>;
  readonly input: HeadSpec['input'];
}

const variants = {
  /** Centres at cell x stride (nanodet_plus_head.py of RangiLyu/nanodet); trained without keeping the ratio. */
  plus: { name: 'NanoDet-Plus', centre: { share: 0, shift: 0 }, input: nanoDetInput },
  /** Centres at cell x stride + (stride - 1) / 2; trained with the ratio kept, bars are black. */
  first: {
    name: 'NanoDet',
    centre: { share: 0.5, shift: -0.5 },
    input: { ...nanoDetInput, resize: 'letterbox-center', padValue: 0 },
  },
  /** Centres at (cell + 0.5) x stride (cell_offset of PaddleDetection's configurations). */
  paddle: { name: 'PicoDet', centre: { share: 0.5, shift: 0 }, input: picoDetInput },
  /** The same network read by the rule of the first NanoDet, as its ports to other runtimes do. */
  pico: { name: 'PicoDet', centre: { share: 0.5, shift: -0.5 }, input: picoDetInput },
} as const satisfies Record<string, Variant>;

const common = { anchorsPerCell: 1, distanceBins: bins, decodedInGraph: false, nmsInGraph: false } as const;

/**
 * Which relative a network with outputs for each level is. The activations tell NanoDet (leaky ReLU) from PicoDet (hard
 * swish), else the names of NanoDet's exporter, else the levels: NanoDet has three of them, PicoDet four.
 */
function chooseVariant(
  model: ModelFacts,
  levels: number,
): { readonly variant: Variant; readonly why: string; readonly isSure: boolean } {
  const isPaddle =
    model.extraInputs.some(({ name }) => name === 'scale_factor' || name === 'im_shape') ||
    model.outputs.every(({ name }) => /^(p2o\.|(transpose|sigmoid|save_infer_model)_\d+\.|.*\.tmp_\d+$)/.test(name));
  const pico = isPaddle ? variants.paddle : variants.pico;
  const isHard = model.hasOperator('HardSwish', 'HardSigmoid');
  if (isHard !== model.hasOperator('LeakyRelu')) {
    return isHard
      ? { variant: pico, why: 'hard swish', isSure: true }
      : { variant: variants.first, why: 'leaky ReLU', isSure: true };
  }
  if (isPaddle) return { variant: pico, why: 'names of tensors as PaddlePaddle gives them', isSure: true };
  if (model.outputs.some(({ name }) => /(cls|dis)_pred/.test(name))) {
    return { variant: variants.first, why: 'outputs named as its exporter names them', isSure: true };
  }
  return { variant: levels === 4 ? pico : variants.first, why: `${levels} levels`, isSure: false };
}

/** [1, N, C+32], or transposed: the graph joins scores and box of every cell. */
function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || !isUndecoded(model, output.name)) return null;
  for (const [order, values, count] of [
    ['box-major', shape.second, shape.first],
    ['channel-major', shape.first, shape.second],
  ] as const) {
    const grid = values > boxValues ? findGrid(model, output.name, count, 1) : null;
    const parts = grid === null ? null : partsOfCell(model, output, values);
    if (grid === null || parts === null || isOneOfLevels(model, output, grid, values)) continue;
    const { classes, isActivated } = parts;
    return {
      points: (parts.isSeen ? 7 : 4) + namesPoints(model, classes),
      evidence: [
        `Output "${output.name}" is [1, ${shape.first}, ${shape.second}]: ${parts.isSeen ? 'the graph joins ' : ''}${classes} classes and 4 x 8 distance bins for every cell of ${grid.text}: NanoDet-Plus.`,
        activationEvidence(isActivated),
        'NanoDet-Plus takes BGR less the mean, by the deviation of ImageNet; distances count from the corner of the cell.',
      ],
      reading: {
        ...common,
        ...gridOf(grid),
        head: `[1, ${count}, ${classes}+4x8], distances as distributions, raw`,
        outputs: [{ name: output.name, holds: 'predictions', order }],
        classes,
        cellCentre: variants.plus.centre,
        activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
        input: variants.plus.input,
      },
    };
  }
  return null;
}

const activationEvidence = (isActivated: boolean) =>
  isActivated ? 'Class scores are activated in the graph.' : 'Class scores are raw: the sigmoid is applied here.';

/**
 * Scores before the box, as the graph joins them for a level (as channels of a map) or for all. Where one layer gives both, only
 * names that count as many classes, and activations of the family, say so.
 */
function partsOfCell(model: ModelFacts, output: OutputFacts, values: number) {
  const classes = values - boxValues;
  const parts = joinedChannels(model, output.name, values);
  const [scores, box] = parts ?? [];
  if (scores !== undefined && box !== undefined) {
    if (parts?.length !== 2 || box.width !== boxValues || activationOf(model, box.tensor) !== null) return null;
    const isActivated = activationOf(model, scores.tensor) === 'sigmoid';
    // 32 raw values on either side: those of YOLOv8 come first.
    if (!isActivated && scores.width % 4 === 0 && scores.width !== model.classNames?.length && !isNanoDetNet(model))
      return null;
    return { classes, isActivated, isSeen: true };
  }
  if (!isNanoDetNet(model) && model.classNames?.length !== classes) return null;
  return { classes, isActivated: activationOf(model, output.name) === 'sigmoid', isSeen: false };
}

/** Leaky ReLU, hard swish: no network of YOLOv8's kin has them. */
const isNanoDetNet = (model: ModelFacts) => model.hasOperator('LeakyRelu', 'HardSwish');

/** One output a level, [1, S x S, C+32] or [1, C+32, S, S]. */
function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ anchors }) => anchors === null);
  const [first] = levels;
  if (first === undefined || levels.length < 2 || first.values <= boxValues) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const parts = isUndecoded(model, first.output.name) ? partsOfCell(model, first.output, first.values) : null;
  if (parts === null) return null;
  const { classes, isActivated } = parts;
  return describeVariant(model, levels.length, {
    points: (parts.isSeen ? 7 : 4) + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(levels)} hold ${classes} classes and 4 x 8 distance bins a cell.`,
      activationEvidence(isActivated),
    ],
    reading: {
      ...common,
      ...describeLevelOutputs(model, levels),
      head: `levels of ${classes}+4x8, distances as distributions, raw`,
      outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
      classes,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
    },
  });
}

/** Scores and box of every level in outputs of their own, mostly as rows of cells. */
function readMaps(model: ModelFacts): HeadMatch | null {
  const levels = findLevelMaps(model);
  const [first] = levels ?? [];
  if (levels === null || first?.box.values !== boxValues || first.objectness !== null) return null;
  const isRows = first.box.output.shape.length === 2;
  // Maps of 8 bins may also be those of a small YOLOv8.
  if (levels.length < 2 || (!isRows && !isNanoDetNet(model))) return null;
  const classes = first.classes.values;
  const isActivated = activationOf(model, first.classes.output.name) === 'sigmoid';
  return describeVariant(model, levels.length, {
    points: 7 + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(levels.flatMap(({ classes: scores, box }) => [scores, box]))} are ${classes} classes and 4 x 8 distance bins of each level.`,
      activationEvidence(isActivated),
    ],
    reading: {
      ...common,
      ...describeLevelOutputs(
        model,
        levels.map(({ box }) => box),
      ),
      head: `per level ${classes} classes and 4x8 distance bins, raw`,
      outputs: levels.flatMap(({ classes: scores, box }) => [
        { name: scores.output.name, holds: 'scores' as const, order: scores.order },
        { name: box.output.name, holds: 'distances' as const, order: box.order },
      ]),
      classes,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
    },
  });
}

/** A match with what its variant adds: how pictures go in and where distances count from. */
function describeVariant(
  model: ModelFacts,
  levels: number,
  match: Omit<HeadMatch, 'reading'> & { readonly reading: Omit<HeadSpec, 'input'> },
): HeadMatch {
  const { variant, why, isSure } = chooseVariant(model, levels);
  const { share, shift } = variant.centre;
  const centre = shift === 0 ? `(cell + ${share}) x stride` : 'cell x stride + (stride - 1) / 2';
  const other = variant.name === 'NanoDet' ? 'PicoDet is fed RGB' : 'NanoDet is fed BGR';
  return {
    ...match,
    evidence: [...match.evidence, `${variant.name} is concluded from ${why}; distances count from ${centre}.`],
    warnings: [
      ...(isSure ? [] : [`The graph does not tell NanoDet from PicoDet; ${variant.name} is likelier. ${other}.`]),
      ...(shift === 0
        ? []
        : [
            'Releases differ by half a pixel in where distances count from (and NanoDet-Plus counts from the corner of the cell): see cellCentre in the specification.',
          ]),
    ],
    reading: { ...match.reading, cellCentre: variant.centre, input: variant.input },
  };
}
