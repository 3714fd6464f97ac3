import type { DetectorSpec } from '../../types.ts';
import { findStrides } from '../levels.ts';
import { exponentialRule } from './anchorBox.ts';
import { findAnchors } from './anchors.ts';
import {
  type BoxRule,
  type GridLevelLayout,
  joinedLevels,
  layPredictions,
  makeGridDecoder,
  placeField,
  readCentredBox,
} from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findLevelOutputs, listLevels } from './levelOutputs.ts';
import { publishedAnchors } from './publishedAnchors.ts';
import { bestOf, joinedShape, namesPoints, orderStrides } from './shapes.ts';
import { activationOf } from './valueOrigin.ts';

const anchorsPerCell = 3;

/**
 * YOLOv3 and v4, tiny ones too: one raw output a level, [1, 3 x (5+C), S, S]; joined and decoded, [1, N, 5+C]; or split into
 * boxes [1, N, 1, 4] (x1, y1, x2, y2 as shares of the picture) and scores [1, N, C].
 */
export const v3Head: Head = {
  family: 'v3',
  recognise: (model) =>
    bestOf([readLevels(model), readSplit(model), ...model.outputs.map((output) => readJoined(model, output))]),
  makeDecoder: (spec) =>
    spec.outputs.some(({ holds }) => holds === 'boxes')
      ? makeGridDecoder(spec, { levels: laySplit(spec), readBox: relativeCornersRule(spec) })
      : makeGridDecoder(spec, {
          levels: layPredictions(spec, 5 + spec.classes, { objectness: 4, classes: 5 }),
          readBox: spec.decodedInGraph ? readCentredBox : exponentialRule(spec),
        }),
};

const input = { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' } as const;

/** Leaky ReLU and Mish are what these families are built with, and hardly any later one. */
function darknetPoints(model: ModelFacts): number {
  return model.hasOperator('LeakyRelu', 'Mish') ? 3 : 0;
}

function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ output }) => output.shape.length > 2);
  const [first] = levels;
  if (first === undefined || levels.length < 2 || levels.length > 3) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const classes = first.values / anchorsPerCell - 5;
  if (!Number.isInteger(classes) || classes < 1 || (first.anchors ?? anchorsPerCell) !== anchorsPerCell) return null;
  const strides = levels.map(({ stride }) => stride);
  const isV4 = model.hasOperator('Softplus', 'Mish');
  const published = isV4
    ? { name: 'YOLOv4', anchors: publishedAnchors.v4 }
    : levels.length === 3
      ? { name: 'YOLOv3', anchors: publishedAnchors.v3 }
      : { name: 'YOLOv3-tiny', anchors: publishedAnchors.v3tiny };
  const found = findAnchors(model, strides, anchorsPerCell, published);
  if (found === null) return null;
  const activation = activationOf(model, first.output.name) === 'sigmoid' ? 'none' : 'sigmoid';
  return {
    points: 2 + darknetPoints(model) + namesPoints(model, classes),
    evidence: [
      `The outputs ${listLevels(levels)} hold ${anchorsPerCell} x (5 + ${classes}) raw values a cell.`,
      ...(darknetPoints(model) > 0 ? ['The network uses leaky ReLU or Mish, as YOLOv3 and v4 do.'] : []),
      ...found.evidence,
    ],
    warnings: found.warnings,
    reading: {
      head: `levels of 3 x (5+${classes}), raw, score = objectness x class`,
      outputs: levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions', order })),
      strides,
      anchorsPerCell,
      anchors: found.anchors,
      classes,
      activation: { box: activation, objectness: activation, class: activation },
      decodedInGraph: false,
      nmsInGraph: false,
      input,
    },
  };
}

/** Joined and decoded in the graph, where an exponential makes the sizes. */
function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second < 6 || !output.afterActivation.has('Exp')) return null;
  const { first: count, second: channels } = shape;
  const strides = findStrides(model.size, count, anchorsPerCell);
  if (strides === null) return null;
  const classes = channels - 5;
  return {
    points: 5 + darknetPoints(model) + namesPoints(model, classes),
    evidence: [
      `Output "${output.name}" is [1, ${count}, ${channels}]: ${count} is 3 x the number of cells of the strides ${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}.`,
      'An exponential near the output: the graph decodes the boxes of YOLOv3 itself.',
    ],
    reading: {
      head: `[1, ${count}, 5+${classes}], boxes decoded, score = objectness x class`,
      outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
      strides: orderStrides(output, count, strides),
      anchorsPerCell,
      classes,
      activation: { box: 'none', objectness: 'none', class: 'none' },
      decodedInGraph: true,
      nmsInGraph: false,
      input,
    },
  };
}

/** Boxes [N, 1, 4] beside scores [N, C], which have the objectness in them already. */
function readSplit(model: ModelFacts): HeadMatch | null {
  for (const boxes of model.outputs) {
    const [count, one, four] = boxes.shape;
    if (boxes.shape.length !== 3 || one !== 1 || four !== 4 || typeof count !== 'number') continue;
    const strides = findStrides(model.size, count, anchorsPerCell);
    const scores = model.outputs.find((output) => output !== boxes && output.shape[0] === count);
    const classes = scores?.shape[1];
    if (strides === null || scores?.shape.length !== 2 || typeof classes !== 'number') continue;
    return {
      points: 7 + namesPoints(model, classes),
      evidence: [
        `Output "${boxes.name}" is [1, ${count}, 1, 4] and "${scores.name}" [1, ${count}, ${classes}]: boxes and scores of 3 anchors in the cells of the strides ${strides.join(', ')}, as YOLOv4 is exported.`,
      ],
      reading: {
        head: `boxes [1, ${count}, 1, 4] and scores [1, ${count}, ${classes}], decoded`,
        outputs: [
          { name: boxes.name, holds: 'boxes', order: 'box-major' },
          { name: scores.name, holds: 'scores', order: 'box-major' },
        ],
        strides: orderStrides(boxes, count, strides),
        anchorsPerCell,
        classes,
        activation: { box: 'none', objectness: 'absent', class: 'none' },
        decodedInGraph: true,
        nmsInGraph: false,
        input: { ...input, resize: 'stretch' },
      },
    };
  }
  return null;
}

function laySplit(spec: DetectorSpec): GridLevelLayout[] {
  return joinedLevels(spec).map(({ size, cells, anchors, joined }) => {
    const source = { order: 'box-major', anchors, cells, joined } as const;
    return {
      ...size,
      box: placeField({ ...source, output: 0, channels: 4 }, 0),
      objectness: null,
      classes: placeField({ ...source, output: 1, channels: spec.classes }, 0),
    };
  });
}

function relativeCornersRule({ input: { size } }: Pick<DetectorSpec, 'input'>): BoxRule {
  const [height, width] = size;
  return (data, at, step, _cell, box) => {
    for (let side = 0; side < 4; side += 1) {
      box[side] = (data[at + side * step] ?? 0) * (side % 2 === 0 ? width : height);
    }
  };
}
