import type { DetectorSpec } from '../../types.ts';
import { squaredSigmoidRule } from './anchorBox.ts';
import { sizesOf } from './anchorGrid.ts';
import { findAnchors } from './anchors.ts';
import { makeGridDecoder } from './grid.ts';
import { type Field, type GridLevelLayout, joinedLevels } from './gridPlaces.ts';
import type { Head, HeadMatch, HeadSpec, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { describeLevelOutputs, findLevelOutputs } from './levelOutputs.ts';
import { publishedAnchors } from './publishedAnchors.ts';
import { bestOf, joinedShape, namesPoints } from './shapes.ts';
import { activationOf, joinedChannels } from './valueOrigin.ts';

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
  const grid = findGrid(model, output.name, shape.first, 1);
  if (grid === null || grid.strides.length < 2) return null;
  const outputs = [{ name: output.name, holds: 'predictions', order: 'cell-major' }] as const;
  return makeMatch(model, gridOf(grid), outputs, shape.second);
}

function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ anchors }) => anchors === null);
  const [first] = levels;
  if (first === undefined || levels.length < 2 || levels.some(({ values }) => values !== first.values)) return null;
  if (first.values <= ownValues || levels.some(({ order }) => order !== first.order)) return null;
  const outputs = levels.map(({ output, order }) => ({ name: output.name, holds: 'predictions' as const, order }));
  return makeMatch(model, describeLevelOutputs(model, levels), outputs, first.values);
}

/** Only a graph that joins 12, 3 and C values says for certain what they are; without, names and strides must agree. */
function makeMatch(
  model: ModelFacts,
  grid: Pick<HeadSpec, 'strides' | 'grids'>,
  outputs: DetectorSpec['outputs'],
  values: number,
): HeadMatch | null {
  const classes = values - ownValues;
  const parts = joinedChannels(model, outputs[0]?.name ?? '', values);
  const [box, objectness, scores] = parts ?? [];
  const areJoined = parts?.length === 3 && box?.width === 4 * anchorsPerCell && objectness?.width === anchorsPerCell;
  const names = namesPoints(model, classes);
  const isUsual = grid.strides.length === 2 && grid.strides.includes(16) && grid.strides.includes(32);
  if (!areJoined && (parts !== null || names < 1 || !isUsual)) return null;
  const found = findAnchors(
    model,
    { levels: sizesOf(model, grid), anchorsPerCell, units: 'pixels' },
    { name: 'Yolo-FastestV2', anchors: publishedAnchors.fastestV2 },
  );
  if (found === null) return null;
  const output = outputs[0]?.name ?? '';
  const activated = (part: typeof box) => activationOf(model, areJoined ? (part?.tensor ?? '') : output);
  return {
    points: (areJoined ? 7 : 2) + names,
    evidence: [
      areJoined
        ? `Every cell of the strides ${grid.strides.join(', ')} has 12 box values, 3 objectnesses and ${classes} classes, which the graph joins: Yolo-FastestV2.`
        : `Every cell of the strides ${grid.strides.join(', ')} has ${values} values: 12 of boxes, 3 objectnesses and ${classes} classes would be Yolo-FastestV2.`,
      'Yolo-FastestV2 takes BGR 0..1, stretched to the size of the input.',
      ...found.evidence,
    ],
    warnings: found.warnings,
    reading: {
      ...grid,
      head: `${outputs.length === 1 ? '[cells, ' : '[rows, columns, '}3x4+3+${classes}], score = objectness x class`,
      outputs,
      anchorsPerCell,
      anchors: found.anchors,
      classes,
      activation: {
        box: activated(box) === 'sigmoid' ? 'none' : 'sigmoid',
        objectness: activated(objectness) === 'sigmoid' ? 'none' : 'sigmoid',
        class: activated(scores) === null ? 'softmax' : 'none',
      },
      decodedInGraph: false,
      nmsInGraph: false,
      input: { channels: 'BGR', scale: 1 / 255, resize: 'stretch' },
    },
  };
}
