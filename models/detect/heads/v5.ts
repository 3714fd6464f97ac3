import type { HeadFamily } from '../../types.ts';
import { findStrides } from '../levels.ts';
import { findExtraValues } from './extraValues.ts';
import { layPredictions, makeGridDecoder, readCentredBox } from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { bestOf, hasObjectness, joinedShape, namesPoints, orderStrides } from './shapes.ts';

const family: HeadFamily = 'v5';
const arithmetic = ['Mul', 'Pow', 'Add', 'Sub', 'QLinearMul', 'QLinearAdd'];

/**
 * YOLOv5 and v7: [1, N, 5+C] with three anchors a cell, boxes decoded to centre and size in input pixels, objectness and
 * class scores activated. YOLOv6 exports of the same form have one prediction a cell and an objectness of 1.
 */
export const v5Head: Head = {
  family,
  recognise: (model) => bestOf(model.outputs.map((output) => recogniseOutput(model, output))),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: layPredictions(spec, 5 + spec.classes + (spec.extraValues?.count ?? 0), { objectness: 4, classes: 5 }),
      readBox: readCentredBox,
    }),
};

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second < 6) return null;
  const { first: count, second: channels } = shape;
  const extras = findExtraValues(model, output, channels, 5);
  const more = extras?.extraValues.count ?? 0;
  const classes = channels - 5 - more;
  for (const anchorsPerCell of [3, 1]) {
    const strides = findStrides(model.size, count, anchorsPerCell);
    if (strides === null) continue;
    const decoded = arithmetic.some((name) => output.afterActivation.has(name));
    if (!decoded || (anchorsPerCell === 1 && output.afterActivation.has('Exp'))) return null;
    const objectness = anchorsPerCell === 3 ? true : hasObjectness(output, channels - more);
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
        head: `[1, ${count}, 5+${classes}${more === 0 ? '' : `+${more}`}], boxes decoded, score = objectness x class`,
        outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
        strides: orderStrides(output, count, strides),
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
