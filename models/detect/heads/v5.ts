import { findStrides } from '../levels.ts';
import { squaredSigmoidRule } from './anchorBox.ts';
import { anchorsInGraph, findAnchors } from './anchors.ts';
import { findExtraValues } from './extraValues.ts';
import { layPredictions, makeGridDecoder, readCentredBox } from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findLevelOutputs, listLevels } from './levelOutputs.ts';
import { type Anchors, publishedAnchors } from './publishedAnchors.ts';
import { bestOf, hasObjectness, joinedShape, namesPoints, orderStrides } from './shapes.ts';
import { activationOf } from './valueOrigin.ts';

const arithmetic = ['Mul', 'Pow', 'Add', 'Sub', 'QLinearMul', 'QLinearAdd'];

/** Where the graph does not decode: as many anchors a cell as every published model of the family has. */
const usualAnchors = 3;

/**
 * YOLOv5 and v7: [1, N, 5+C] with three anchors a cell, boxes decoded to centre and size in input pixels, objectness and
 * class scores activated; or the same without grid and anchors (YOLOv5-lite), joined or one output a level. YOLOv6 exports of
 * the decoded form have one prediction a cell and an objectness of 1.
 */
export const v5Head: Head = {
  family: 'v5',
  recognise: (model) => bestOf([...model.outputs.map((output) => recogniseOutput(model, output)), readLevels(model)]),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: layPredictions(spec, 5 + spec.classes + (spec.extraValues?.count ?? 0), { objectness: 4, classes: 5 }),
      readBox: spec.decodedInGraph ? readCentredBox : squaredSigmoidRule(spec),
    }),
};

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second < 6) return null;
  const { first: count, second: channels } = shape;
  const extras = findExtraValues(model, output, channels, 5);
  const more = extras?.extraValues.count ?? 0;
  const classes = channels - 5 - more;
  for (const anchorsPerCell of [usualAnchors, 1]) {
    const strides = findStrides(model.size, count, anchorsPerCell);
    if (strides === null) continue;
    // An exponential decodes the boxes of another family.
    if (output.afterActivation.has('Exp')) return null;
    const decoded = arithmetic.some((name) => output.afterActivation.has(name));
    if (!decoded) return anchorsPerCell === 1 ? null : readUndecoded(model, output, strides, count, classes);
    const ordered = orderStrides(output, count, strides);
    const objectness = anchorsPerCell === 3 ? true : hasObjectness(model, output, channels - more);
    const anchors = anchorsPerCell === 1 ? null : anchorsInGraph(model, ordered, anchorsPerCell);
    // One prediction a cell is rare in this form, so that other readings come first.
    const base = anchorsPerCell === 3 ? 2 : 1;
    return {
      points:
        base +
        (extras === null ? 0 : 2) +
        (objectness === null ? 0 : objectness ? 3 : -3) +
        namesPoints(model, classes),
      evidence: [
        `Output "${output.name}" is [1, ${count}, ${channels}]: ${count} is ${anchorsPerCell} x the number of cells of the ` +
          `strides ${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}.`,
        ...(extras?.evidence ?? []),
        'Arithmetic follows the last activation: the graph applies grid and anchors itself.',
      ],
      warnings: extras?.warnings ?? [],
      reading: {
        ...(extras === null ? {} : { extraValues: extras.extraValues }),
        ...(anchors === null ? {} : { anchors }),
        head: `[1, ${count}, 5+${classes}${more === 0 ? '' : `+${more}`}], boxes decoded, score = objectness x class`,
        outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
        strides: ordered,
        anchorsPerCell,
        classes,
        activation: { box: 'none', objectness: 'none', class: 'none' },
        decodedInGraph: true,
        nmsInGraph: false,
        input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
      },
    };
  }
  return null;
}

/** Joined, but grid and anchors are left to the reader. */
function readUndecoded(
  model: ModelFacts,
  output: OutputFacts,
  strides: readonly number[],
  count: number,
  classes: number,
): HeadMatch | null {
  const ordered = orderStrides(output, count, strides);
  return makeRaw(model, [output], 'box-major', ordered, usualAnchors, classes, 4, [
    `Output "${output.name}" is [1, ${count}, ${5 + classes}]: ${count} is ${usualAnchors} x the number of cells of the ` +
      `strides ${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}.`,
  ]);
}

/** One raw output a level: [1, A, S, S, 5+C] or [1, A x (5+C), S, S]. */
function readLevels(model: ModelFacts): HeadMatch | null {
  const levels = findLevelOutputs(model).filter(({ output }) => output.shape.length > 2);
  const [first] = levels;
  if (first === undefined || levels.length < 2 || levels.length > 5) return null;
  if (levels.some(({ values, order }) => values !== first.values || order !== first.order)) return null;
  const anchorsPerCell = first.anchors ?? usualAnchors;
  const classes = first.values / anchorsPerCell - 5;
  if (!Number.isInteger(classes) || classes < 1 || anchorsPerCell > 9) return null;
  return makeRaw(
    model,
    levels.map(({ output }) => output),
    first.order,
    levels.map(({ stride }) => stride),
    anchorsPerCell,
    classes,
    first.anchors === null ? 2 : 4,
    [`The outputs ${listLevels(levels)} hold ${anchorsPerCell} x (5 + ${classes}) values a cell.`],
  );
}

function makeRaw(
  model: ModelFacts,
  outputs: readonly OutputFacts[],
  order: 'channel-major' | 'box-major' | 'cell-major',
  strides: readonly number[],
  anchorsPerCell: number,
  classes: number,
  base: number,
  evidence: readonly string[],
): HeadMatch | null {
  const found = findAnchors(model, strides, anchorsPerCell, publishedFor(strides));
  const activation = activationOf(model, outputs[0]?.name ?? '') === 'sigmoid' ? 'none' : 'sigmoid';
  const anchors = found?.anchors;
  if (anchors === undefined) return null;
  return {
    points: base + (activation === 'none' ? 2 : 0) + darknetPoints(model) + namesPoints(model, classes),
    evidence: [
      ...evidence,
      activation === 'none'
        ? 'Every value comes straight from a sigmoid: grid and anchors are still to be applied, as YOLOv5-lite exports it.'
        : 'The values come straight from convolutions: sigmoid, grid and anchors are still to be applied.',
      ...(found?.evidence ?? []),
    ],
    warnings: found?.warnings ?? [],
    reading: {
      head: `${outputs.length === 1 ? '[1, N, ' : 'levels of '}${anchorsPerCell} x (5+${classes})${outputs.length === 1 ? ']' : ''}, raw, score = objectness x class`,
      outputs: outputs.map(({ name }) => ({ name, holds: 'predictions', order })),
      strides,
      anchorsPerCell,
      anchors,
      classes,
      activation: { box: activation, objectness: activation, class: activation },
      decodedInGraph: false,
      nmsInGraph: false,
      input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
    },
  };
}

/** Leaky ReLU and Mish are what YOLOv3 and v4 are built with. */
function darknetPoints(model: ModelFacts): number {
  return model.hasOperator('LeakyRelu', 'Mish') ? -2 : 1;
}

function publishedFor(strides: readonly number[]): { name: string; anchors: Anchors } | null {
  switch (strides.length) {
    case 2:
      return { name: 'the tiny model', anchors: publishedAnchors.v5tiny };
    case 3:
      return { name: 'YOLOv5', anchors: publishedAnchors.v5 };
    case 4:
      return { name: 'YOLOv5 P6', anchors: publishedAnchors.v5p6 };
    default:
      return null;
  }
}
