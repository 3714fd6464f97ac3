import { findStrides } from '../levels.ts';
import { type Head, type HeadSpec, hasObjectness, joinedShape, namesPoints, orderStrides } from './head.ts';

/**
 * YOLOv6 (late), v8, v9, v11, v12, v13: [1, 4+C, N] or [1, N, 4+C], boxes decoded to centre and size in input pixels,
 * class scores activated, no objectness.
 */
export const v8Head: Head = {
  family: 'v8',

  recognise(model, output) {
    const shape = joinedShape(output.dims);
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
      const reading: HeadSpec = {
        head: `${shapeText}, boxes decoded, class scores activated`,
        order,
        strides: orderStrides(output, count, strides),
        anchorsPerCell: 1,
        classes,
        decodedInGraph: true,
        nmsInGraph: false,
        input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
      };
      return {
        points: 2 + (objectness === null ? 0 : objectness ? -3 : 3) + namesPoints(model, classes),
        evidence: [
          `Output "${output.name}" is [1, ${shape.first}, ${shape.second}]: ${count} is the number of cells of the strides ` +
            `${strides.join(', ')} at ${model.size[1]} x ${model.size[0]}, so each cell predicts 4 box values and ${classes} classes.`,
          ...(objectness === false ? [`The graph joins 4 box values and ${classes} class scores: no objectness.`] : []),
        ],
        reading,
      };
    }
    return null;
  },

  scorePredictions({ data, count }, spec, scores, classIds) {
    if (spec.output.order === 'channel-major') scoreChannelMajor(data, count, spec.classes, scores, classIds);
    else scoreBoxMajor(data, count, spec.classes, scores, classIds);
  },

  readScore({ data, count }, spec, index, classId) {
    const at =
      spec.output.order === 'channel-major' ? (4 + classId) * count + index : index * (4 + spec.classes) + 4 + classId;
    return data[at] ?? 0;
  },

  readBox({ data, count }, spec, index, _cell, box) {
    const [start, step] = spec.output.order === 'channel-major' ? [index, count] : [index * (4 + spec.classes), 1];
    const halfWidth = (data[start + 2 * step] ?? 0) / 2;
    const halfHeight = (data[start + 3 * step] ?? 0) / 2;
    const x = data[start] ?? 0;
    const y = data[start + step] ?? 0;
    box[0] = x - halfWidth;
    box[1] = y - halfHeight;
    box[2] = x + halfWidth;
    box[3] = y + halfHeight;
  },
};

/** Memory order: one class of all cells after the other. */
function scoreChannelMajor(
  data: Float32Array,
  count: number,
  classes: number,
  scores: Float32Array,
  classIds: Uint16Array,
): void {
  scores.set(data.subarray(4 * count, 5 * count));
  classIds.fill(0);
  for (let classId = 1; classId < classes; classId += 1) {
    const row = data.subarray((4 + classId) * count, (5 + classId) * count);
    for (let index = 0; index < count; index += 1) {
      const score = row[index] ?? 0;
      if (score > (scores[index] ?? 0)) {
        scores[index] = score;
        classIds[index] = classId;
      }
    }
  }
}

function scoreBoxMajor(
  data: Float32Array,
  count: number,
  classes: number,
  scores: Float32Array,
  classIds: Uint16Array,
): void {
  for (let index = 0; index < count; index += 1) {
    const start = index * (4 + classes) + 4;
    let best = 0;
    for (let classId = 1; classId < classes; classId += 1) {
      if ((data[start + classId] ?? 0) > (data[start + best] ?? 0)) best = classId;
    }
    scores[index] = data[start + best] ?? 0;
    classIds[index] = best;
  }
}
