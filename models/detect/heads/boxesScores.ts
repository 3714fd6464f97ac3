import type { NodeProto } from 'onnx-buf';
import type { DetectorSpec } from '../../types.ts';
import { findStrides } from '../levels.ts';
import { pendingSigmoid } from './distances.ts';
import {
  type BoxRule,
  type GridLevelLayout,
  joinedLevels,
  makeGridDecoder,
  placeField,
  readCentredBox,
} from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { bestOf, joinedShape, namesPoints, orderStrides } from './shapes.ts';
import { activationOf, joinedColumns } from './valueOrigin.ts';

/**
 * YOLO-NAS, PP-YOLOE and kin: decoded boxes [1, N, 4] beside class scores [1, N, C] or [1, C, N], one prediction a cell.
 */
export const boxesScoresHead: Head = {
  family: 'boxes-scores',
  recognise: (model) => bestOf(model.outputs.map((boxes) => readPair(model, boxes))),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: layPair(spec),
      readBox: spec.rows?.box === 'centre-size' ? readCentredBox : readCorners,
    }),
};

const readCorners: BoxRule = (data, at, step, _cell, box) => {
  for (let side = 0; side < 4; side += 1) box[side] = data[at + side * step] ?? 0;
};

function readPair(model: ModelFacts, boxes: OutputFacts): HeadMatch | null {
  const shape = joinedShape(boxes);
  if (shape === null || (shape.first !== 4 && shape.second !== 4)) return null;
  const isTransposed = shape.second !== 4;
  const count = isTransposed ? shape.second : shape.first;
  const strides = findStrides(model.size, count, 1);
  const scores = model.outputs.find((output) => output !== boxes && otherSide(output, count) !== null);
  if (strides === null || scores === undefined) return null;
  const classes = otherSide(scores, count) ?? 0;
  const order = scores.shape[0] === count ? 'box-major' : 'channel-major';
  const form = boxForm(model, boxes.name);
  const isActivated = activationOf(model, scores.name) !== null;
  // PP-YOLOE has its classes first; its pictures are stretched.
  const isPaddle = order === 'channel-major' || model.extraInputs.length > 0;
  return {
    points: 5 + namesPoints(model, classes),
    evidence: [
      `Outputs "${boxes.name}" [1, ${shape.first}, ${shape.second}] and "${scores.name}" [1, ${scores.shape.join(', ')}]: a box and ${classes} class scores for every cell of the strides ${strides.join(', ')}.`,
      form === null
        ? 'The graph does not show how boxes are written; these families give x1, y1, x2, y2.'
        : `The graph makes ${form === 'centre-size' ? 'centre and size' : 'corners'} of the boxes.`,
    ],
    warnings:
      form === null
        ? ['Boxes are taken for x1, y1, x2, y2; if they lie wrong, try centre and size in the specification.']
        : [],
    reading: {
      head: `boxes [1, ${shape.first}, ${shape.second}] and scores [1, ${scores.shape.join(', ')}], decoded`,
      outputs: [
        { name: boxes.name, holds: 'boxes', order: isTransposed ? 'channel-major' : 'box-major' },
        { name: scores.name, holds: 'scores', order },
      ],
      strides: orderStrides(boxes, count, strides),
      anchorsPerCell: 1,
      classes,
      activation: { box: 'none', objectness: 'absent', class: pendingSigmoid(isActivated) },
      rows: { columns: [], box: form ?? 'x1y1x2y2', units: 'pixels' },
      decodedInGraph: true,
      nmsInGraph: false,
      input: { channels: 'RGB', scale: 1 / 255, resize: isPaddle ? 'stretch' : 'letterbox-topleft' },
    },
  };
}

/** The classes of an output [count, C] or [C, count]; null for other shapes. */
function otherSide(output: OutputFacts, count: number): number | null {
  const shape = joinedShape(output);
  if (shape === null) return null;
  if (shape.first === count) return shape.second;
  return shape.second === count ? shape.first : null;
}

/** Corners are the middle less and plus the distances; centre and size are made of them by a half and a difference. */
function boxForm(model: ModelFacts, boxes: string): 'x1y1x2y2' | 'centre-size' | null {
  const [first, second] = joinedColumns(model, boxes, 4) ?? [];
  if (first?.width !== 2 || second?.width !== 2) return null;
  const [a, b] = [arithmeticBehind(model, first.tensor), arithmeticBehind(model, second.tensor)];
  if (a === 'Sub' && b === 'Add') return 'x1y1x2y2';
  return (a === 'Div' || a === 'Add') && b === 'Sub' ? 'centre-size' : null;
}

function arithmeticBehind({ index, constants }: ModelFacts, tensor: string): string | null {
  let node: NodeProto | undefined = index.producers.get(tensor);
  for (let step = 0; step < 8 && node !== undefined; step += 1) {
    const { opType } = node;
    if (opType === 'Sub' || opType === 'Add' || opType === 'Div') return opType;
    if (!/^(Mul|Reshape|Transpose|Cast|Slice|Split|Identity|Squeeze|Unsqueeze)$/.test(opType)) return null;
    const data: string | undefined = node.input.find((name) => !constants.has(name));
    node = index.producers.get(data ?? '');
  }
  return null;
}

function layPair(spec: DetectorSpec): GridLevelLayout[] {
  return joinedLevels(spec).map(({ size, cells, anchors, joined }) => {
    const field = (output: number, channels: number) =>
      placeField({ output, order: spec.outputs[output]?.order ?? 'box-major', channels, anchors, cells, joined }, 0);
    return { ...size, box: field(0, 4), objectness: null, classes: field(1, spec.classes) };
  });
}
