import { findStrides } from '../levels.ts';
import { layPredictions, makeGridDecoder, readCentredBox } from './grid.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { bestOf, hasObjectness, joinedShape, namesPoints, orderStrides } from './shapes.ts';

/**
 * YOLOv6 (late), v8, v9, v11, v12, v13: [1, 4+C, N] or [1, N, 4+C], boxes decoded to centre and size in input pixels,
 * class scores activated, no objectness.
 */
export const v8Head: Head = {
  family: 'v8',
  recognise: (model) => bestOf(model.outputs.map((output) => recogniseOutput(model, output))),
  makeDecoder: (spec) =>
    makeGridDecoder(spec, {
      levels: layPredictions(spec, 4 + spec.classes, { objectness: null, classes: 4 }),
      readBox: readCentredBox,
    }),
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
    const classes = channels - 4;
    const objectness = hasObjectness(output, channels);
    const shapeText = order === 'channel-major' ? `[1, 4+${classes}, ${count}]` : `[1, ${count}, 4+${classes}]`;
    return {
      points: 2 + (objectness === null ? 0 : objectness ? -3 : 3) + namesPoints(model, classes),
      evidence: [
        `Output "${output.name}" is [1, ${shape.first}, ${shape.second}]: ${count} is the number of cells of the strides ` +
          `${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}, so each cell predicts 4 box values and ${classes} classes.`,
        ...(objectness === false ? [`The graph joins 4 box values and ${classes} class scores: no objectness.`] : []),
      ],
      reading: {
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
