import { decodedBoxRule, readDecodedBoxes, rowsOf } from './decodedBox.ts';
import { findExtraValues } from './extraValues.ts';
import { type BoxRule, makeGridDecoder } from './grid.ts';
import { layPredictions } from './gridPlaces.ts';
import type { Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { findGrid, gridOf } from './joinedGrid.ts';
import { writeUpright } from './rows.ts';
import { bestOf, hasObjectness, isChannelMajor, isOneOfLevels, joinedShape, namesPoints } from './shapes.ts';
import { isUndecoded } from './valueOrigin.ts';

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
      readBox: spec.extraValues?.holds === 'angle' ? rotatedBoxRule(values - 1) : decodedBoxRule(spec),
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
  // What comes straight from layers is not decoded: another family's.
  if (shape === null || isUndecoded(model, output.name)) return null;
  const channelMajor = { order: 'channel-major', channels: shape.first, count: shape.second } as const;
  const boxMajor = { order: 'box-major', channels: shape.second, count: shape.first } as const;
  const isSquare = shape.first === shape.second;
  const orders = isSquare && !isChannelMajor(model, output) ? [boxMajor] : [channelMajor, boxMajor];
  for (const { order, channels, count } of orders) {
    const grid = channels < 5 ? null : findGrid(model, output.name, count, 1);
    if (grid === null || isOneOfLevels(model, output, grid, channels)) continue;
    const extras = findExtraValues(model, output, channels, 4);
    const more = extras?.extraValues.count ?? 0;
    const classes = channels - 4 - more;
    const objectness = hasObjectness(model, output, 4 + classes);
    const { form, units, evidence } = readDecodedBoxes(model, output.name);
    const values = more === 0 ? `4+${classes}` : `4+${classes}+${more}`;
    const shapeText = order === 'channel-major' ? `[1, ${values}, ${count}]` : `[1, ${count}, ${values}]`;
    return {
      points:
        2 + (extras === null ? 0 : 2) + (objectness === null ? 0 : objectness ? -3 : 3) + namesPoints(model, classes),
      evidence: [
        `Output "${output.name}" is [1, ${shape.first}, ${shape.second}]: ${count} is the number of cells of ` +
          `${grid.text} at ${model.size[1]} x ${model.size[0]}, so each cell predicts 4 box values and ${classes} classes.`,
        ...(extras?.evidence ?? []),
        ...(objectness === false ? [`The graph joins 4 box values and ${classes} class scores: no objectness.`] : []),
        ...(form === 'x1y1x2y2' || units === 'relative' ? evidence : []),
      ],
      warnings: extras?.warnings ?? [],
      reading: {
        ...(extras === null ? {} : { extraValues: extras.extraValues }),
        ...gridOf(grid),
        ...rowsOf(form ?? 'centre-size', units),
        head: `${shapeText}, boxes decoded, class scores activated`,
        outputs: [{ name: output.name, holds: 'predictions', order }],
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
