import { findStrides } from '../levels.ts';
import { findExtraValues } from './extraValues.ts';
import { type BoxRule, layPredictions, makeGridDecoder, readCentredBox } from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { writeUpright } from './rows.ts';
import { bestOf, hasObjectness, joinedShape, namesPoints, orderStrides } from './shapes.ts';

/**
 * YOLOv6 (late), v8, v9, v11, v12, v13: [1, 4+C, N] or [1, N, 4+C], boxes decoded to centre and size in input pixels,
 * class scores activated, no objectness.
 */
export const v8Head: Head = {
  family: 'v8',
  recognise: (model) => bestOf(model.outputs.map((output) => recogniseOutput(model, output))),
  makeDecoder: (spec) => {
    const values = 4 + spec.classes + (spec.extraValues?.count ?? 0);
    return makeGridDecoder(spec, {
      levels: layPredictions(spec, values, { objectness: null, classes: 4 }),
      readBox: spec.extraValues?.holds === 'angle' ? rotatedBoxRule(values - 1) : readCentredBox,
    });
  },
};

/** Centre, width and height in input pixels with an angle in radians as value number `angleAt` of the prediction. */
const rotatedBoxRule =
  (angleAt: number): BoxRule =>
  (data, at, step, _cell, box) => {
    const value = (number: number) => data[at + number * step] ?? 0;
    writeUpright(box, value(0), value(1), value(2), value(3), value(angleAt));
  };

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null) return null;
  const orders = [
    { order: 'channel-major', channels: shape.first, count: shape.second },
    { order: 'box-major', channels: shape.second, count: shape.first },
  ] as const;
  for (const { order, channels, count } of orders) {
    const strides = findStrides(model.size, count, 1);
    if (strides === null || channels < 5) continue;
    const extras = findExtraValues(model, output, channels, 4);
    const more = extras?.extraValues.count ?? 0;
    const classes = channels - 4 - more;
    const objectness = hasObjectness(output, 4 + classes);
    const values = more === 0 ? `4+${classes}` : `4+${classes}+${more}`;
    const shapeText = order === 'channel-major' ? `[1, ${values}, ${count}]` : `[1, ${count}, ${values}]`;
    return {
      points:
        2 + (extras === null ? 0 : 2) + (objectness === null ? 0 : objectness ? -3 : 3) + namesPoints(model, classes),
      evidence: [
        `Output "${output.name}" is [1, ${shape.first}, ${shape.second}]: ${count} is the number of cells of the strides ` +
          `${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}, so each cell predicts 4 box values and ${classes} classes.`,
        ...(extras?.evidence ?? []),
        ...(objectness === false ? [`The graph joins 4 box values and ${classes} class scores: no objectness.`] : []),
      ],
      warnings: extras?.warnings ?? [],
      reading: {
        ...(extras === null ? {} : { extraValues: extras.extraValues }),
        head: `${shapeText}, boxes decoded, class scores activated`,
        outputs: [{ name: output.name, holds: 'predictions', order }],
        strides: orderStrides(output, count, strides),
        anchorsPerCell: 1,
        classes,
        activation: { box: 'none', objectness: 'absent', class: 'none' },
        decodedInGraph: true,
        nmsInGraph: false,
        input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
      },
    };
  }
  return null;
}
