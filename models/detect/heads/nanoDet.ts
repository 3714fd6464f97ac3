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
import type { Head, HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { findLevelOutputs, type LevelOutput } from './levelOutputs.ts';
import { bestOf, joinedShape, namesPoints, orderStrides } from './shapes.ts';
import { activationOf, joinedColumns } from './valueOrigin.ts';

/** Distances 0 to 7 a side. */
const bins = 8;
const boxValues = 4 * bins;

/**
 * NanoDet, NanoDet-Plus and PicoDet: C class scores and four distributions over 8 distances a cell; joined as [1, N, C+32]
 * (NanoDet-Plus) or per level as [1, S x S, C] and [1, S x S, 32].
 */
export const nanoDetHead: Head = {
  family: 'nanodet',
  recognise: (model) => bestOf([...model.outputs.map((output) => readJoined(model, output)), readPairs(model)]),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: spec.outputs.some(({ holds }) => holds === 'distances')
        ? layPairs(spec)
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

/** Where the middle of a cell is, for each of the kin. */
const centres = {
  /** cell x stride */
  plus: { share: 0, shift: 0 },
  /** cell x stride + (stride - 1) / 2 */
  first: { share: 0.5, shift: -0.5 },
  picoDet: { share: 0.5, shift: 0 },
} as const;

const common = { anchorsPerCell: 1, distanceBins: bins, decodedInGraph: false, nmsInGraph: false } as const;

function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second <= boxValues) return null;
  const { first: count, second: values } = shape;
  const strides = findStrides(model.size, count, 1);
  if (strides === null) return null;
  const classes = values - boxValues;
  const [scores, box] = partsOfCell(model, output, values) ?? [];
  if (box?.width !== boxValues || scores?.width !== classes) return null;
  const isActivated = activationOf(model, scores.tensor) === 'sigmoid';
  return {
    points: 7 + namesPoints(model, classes),
    evidence: [
      `Output "${output.name}" is [1, ${count}, ${values}]: the graph joins ${classes} classes and 4 x 8 distance bins for every cell of the strides ${strides.join(', ')}: NanoDet-Plus.`,
      'NanoDet takes BGR less the mean, by the deviation of ImageNet; distances count from the corner of the cell.',
    ],
    reading: {
      ...common,
      head: `[1, ${count}, ${classes}+4x8], distances as distributions, raw`,
      outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
      strides: orderStrides(output, count, strides),
      classes,
      cellCentre: centres.plus,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
      input: nanoDetInput,
    },
  };
}

/** Scores and box, as the graph joins them for a level (as channels of a map) or for all. */
function partsOfCell(model: ModelFacts, output: OutputFacts, values: number) {
  const columns = joinedColumns(model, output.name, values);
  if (columns !== null) return columns;
  const widths = output.partsOf(values);
  return widths === null ? null : widths.map((width) => ({ tensor: output.name, width }));
}

interface Pair {
  readonly scores: LevelOutput;
  readonly box: LevelOutput;
}

function readPairs(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ order }) => order === 'cell-major');
  const strides = [...new Set(levels.map(({ stride }) => stride))];
  const pairs = strides.flatMap((stride): Pair[] => {
    const maps = levels.filter((level) => level.stride === stride);
    const box = maps.find(({ values }) => values === boxValues && model.classNames?.length !== boxValues);
    const scores = maps.find((map) => map !== box);
    return maps.length === 2 && box !== undefined && scores !== undefined ? [{ scores, box }] : [];
  });
  const [first] = pairs;
  const classes = first?.scores.values ?? 0;
  if (first === undefined || pairs.length !== strides.length || strides.length < 2) return null;
  if (pairs.some(({ scores }) => scores.values !== classes)) return null;
  const isActivated = activationOf(model, first.scores.output.name) === 'sigmoid';
  // PicoDet has four levels; NanoDet with outputs of their own has three.
  const isPicoDet = strides.length === 4;
  const input: HeadSpec['input'] = isPicoDet ? picoDetInput : nanoDetInput;
  return {
    points: 6 + namesPoints(model, classes),
    evidence: [
      `Each of the strides ${strides.join(', ')} has ${classes} classes and 4 x 8 distance bins for its cells: ${isPicoDet ? 'PicoDet' : 'NanoDet'}.`,
    ],
    warnings: [
      `${isPicoDet ? 'PicoDet' : 'NanoDet'} is concluded from the ${strides.length} levels; its kin is fed otherwise (${isPicoDet ? 'NanoDet: BGR' : 'PicoDet: RGB'}) and counts from another point of the cell.`,
    ],
    reading: {
      ...common,
      head: `per level ${classes} classes and 4x8 distance bins, raw`,
      outputs: pairs.flatMap(({ scores, box }) => [
        { name: scores.output.name, holds: 'scores' as const, order: scores.order },
        { name: box.output.name, holds: 'distances' as const, order: box.order },
      ]),
      strides,
      classes,
      cellCentre: isPicoDet ? centres.picoDet : centres.first,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
      input,
    },
  };
}

function layPairs(spec: DetectorSpec): GridLevelLayout[] {
  return joinedLevels(spec).map(({ size, cells, anchors }, level) => {
    const source = (output: number, channels: number): FieldSource => ({
      output,
      order: spec.outputs[output]?.order ?? 'cell-major',
      channels,
      anchors,
      cells,
      joined: null,
    });
    return {
      ...size,
      box: placeField(source(2 * level + 1, boxValues), 0),
      objectness: null,
      classes: placeField(source(2 * level, spec.classes), 0),
    };
  });
}
