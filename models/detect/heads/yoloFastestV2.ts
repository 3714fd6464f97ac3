import type { DetectorSpec } from '../../types.ts';
import { findStrides } from '../levels.ts';
import { squaredSigmoidRule } from './anchorBox.ts';
import { findAnchors } from './anchors.ts';
import { type Field, type GridLevelLayout, joinedLevels, makeGridDecoder } from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findLevelOutputs } from './levelOutputs.ts';
import { publishedAnchors } from './publishedAnchors.ts';
import { bestOf, joinedShape, namesPoints, orderStrides } from './shapes.ts';
import { activationOf, joinedColumns } from './valueOrigin.ts';

/** Anchors of a cell; each has four box values and an objectness, and all share the class scores. */
const anchorsPerCell = 3;
const ownValues = 5 * anchorsPerCell;

/**
 * Yolo-FastestV2: per cell 12 box values, 3 objectnesses and C classes, at the strides 16 and 32; joined as [cells, 15+C] or one
 * output a level. Boxes follow the rule of YOLOv5. BGR 0..1, stretched.
 */
export const yoloFastestV2Head: Head = {
  family: 'yolo-fastestv2',
  recognise: (model) => bestOf([...model.outputs.map((output) => readJoined(model, output)), readLevels(model)]),
  makeDecoder: (spec) => makeGridDecoder(spec, { levels: layCells(spec), readBox: squaredSigmoidRule(spec) }),
};

/** Boxes and objectnesses have their place by anchor, classes are those of the cell. */
function layCells(spec: DetectorSpec): GridLevelLayout[] {
  const width = ownValues + spec.classes;
  const isJoined = spec.outputs.length < spec.strides.length;
  return joinedLevels(spec).map(({ size, cells, joined }, level) => {
    const output = isJoined ? 0 : level;
    const isChannelMajor = spec.outputs[output]?.order === 'channel-major';
    const before = isJoined ? joined.before / anchorsPerCell : 0;
    const place = (channel: number, valuesPerAnchor: number): Field =>
      isChannelMajor
        ? { output, start: channel * cells, anchorStep: valuesPerAnchor * cells, cellStep: 1, channelStep: cells }
        : { output, start: before * width + channel, anchorStep: valuesPerAnchor, cellStep: width, channelStep: 1 };
    return { ...size, box: place(0, 4), objectness: place(4 * anchorsPerCell, 1), classes: place(ownValues, 0) };
  });
}

function readJoined(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second <= ownValues) return null;
  const strides = findStrides(model.size, shape.first, 1);
  if (strides === null) return null;
  const ordered = orderStrides(output, shape.first, strides);
  return makeMatch(model, [output], 'cell-major', ordered, shape.second);
}

function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ anchors }) => anchors === null);
  const [first] = levels;
  if (first === undefined || levels.length < 2 || levels.some(({ values }) => values !== first.values)) return null;
  if (first.values <= ownValues || levels.some(({ order }) => order !== first.order)) return null;
  const outputs = levels.map(({ output }) => output);
  return makeMatch(
    model,
    outputs,
    first.order,
    levels.map(({ stride }) => stride),
    first.values,
  );
}

/** Only a graph that joins 12, 3 and C values says for certain what they are. */
function makeMatch(
  model: ModelFacts,
  outputs: readonly OutputFacts[],
  order: DetectorSpec['outputs'][number]['order'],
  strides: readonly number[],
  values: number,
): HeadMatch | null {
  const classes = values - ownValues;
  const parts = joinedColumns(model, outputs[0]?.name ?? '', values);
  const [box, objectness, scores] = parts ?? [];
  if (parts?.length !== 3 || box?.width !== 4 * anchorsPerCell || objectness?.width !== anchorsPerCell) return null;
  const found = findAnchors(model, strides, anchorsPerCell, {
    name: 'Yolo-FastestV2',
    anchors: publishedAnchors.fastestV2,
  });
  if (found === null || scores === undefined) return null;
  const classIs = activationOf(model, scores.tensor);
  return {
    points: 7 + namesPoints(model, classes),
    evidence: [
      `Every cell of the strides ${strides.join(', ')} has 12 box values, 3 objectnesses and ${classes} classes, which the graph joins: Yolo-FastestV2.`,
      'Yolo-FastestV2 takes BGR 0..1, stretched to the size of the input.',
      ...found.evidence,
    ],
    warnings: found.warnings,
    reading: {
      head: `${outputs.length === 1 ? '[cells, ' : '[rows, columns, '}3x4+3+${classes}], score = objectness x class`,
      outputs: outputs.map(({ name }) => ({ name, holds: 'predictions', order })),
      strides,
      anchorsPerCell,
      anchors: found.anchors,
      classes,
      activation: {
        box: activationOf(model, box.tensor) === 'sigmoid' ? 'none' : 'sigmoid',
        objectness: activationOf(model, objectness.tensor) === 'sigmoid' ? 'none' : 'sigmoid',
        class: classIs === null ? 'softmax' : 'none',
      },
      decodedInGraph: false,
      nmsInGraph: false,
      input: { channels: 'BGR', scale: 1 / 255, resize: 'stretch' },
    },
  };
}
