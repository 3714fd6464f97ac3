import { findStrides } from '../levels.ts';
import { type Head, type HeadSpec, joinedShape } from './head.ts';

/** Selection operators that an end-to-end graph ends with. */
const selectors = ['TopK', 'NonMaxSuppression', 'EfficientNMS_TRT', 'TRTBatchedNMS'];

/**
 * YOLOv10, YOLO26 and other end-to-end heads: [1, K, 6] of x1, y1, x2, y2 in input pixels, score, class; the best K are
 * selected in the graph. The class count is not in the shape: it comes from the names.
 */
export const endToEndHead: Head = {
  family: 'end-to-end',

  recognise(model, output) {
    const shape = joinedShape(output.dims);
    if (shape === null || shape.second !== 6) return null;
    const { first: count } = shape;
    // As many rows as cells are predictions of another head with one or two classes.
    const areCells = findStrides(model.size, count, 1) !== null || findStrides(model.size, count, 3) !== null;
    const selects = model.hasOperator(...selectors);
    if (areCells && !selects) return null;
    const reading: HeadSpec = {
      head: `[1, ${count}, 6]: x1, y1, x2, y2, score, class; no suppression needed`,
      order: 'box-major',
      strides: [],
      anchorsPerCell: 1,
      classes: model.classNames?.length ?? 80,
      decodedInGraph: true,
      nmsInGraph: true,
      input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
    };
    return {
      points: selects ? 6 : 3,
      evidence: [
        `Output "${output.name}" is [1, ${count}, 6]: finished boxes, at most ${count} a picture.`,
        ...(selects ? ['The graph selects the best boxes itself, so the grid cell of a box is not known.'] : []),
      ],
      reading,
    };
  },

  scorePredictions({ data, count }, _spec, scores, classIds) {
    for (let index = 0; index < count; index += 1) {
      scores[index] = data[6 * index + 4] ?? 0;
      classIds[index] = Math.round(data[6 * index + 5] ?? 0);
    }
  },

  readScore({ data }, _spec, index, classId) {
    return Math.round(data[6 * index + 5] ?? 0) === classId ? (data[6 * index + 4] ?? 0) : 0;
  },

  readBox({ data }, _spec, index, _cell, box) {
    for (let side = 0; side < 4; side += 1) box[side] = data[6 * index + side] ?? 0;
  },
};
