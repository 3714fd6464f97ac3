import { findStrides } from '../levels.ts';
import type { Decoder, Head, HeadMatch, ModelFacts, OutputFacts } from './head.ts';
import { bestOf, joinedShape } from './shapes.ts';

/** Selection operators that an end-to-end graph ends with. */
const selectors = ['TopK', 'NonMaxSuppression', 'EfficientNMS_TRT', 'TRTBatchedNMS'];

/**
 * YOLOv10, YOLO26 and other end-to-end heads: [1, K, 6] of x1, y1, x2, y2 in input pixels, score, class; the best K are
 * selected in the graph. The class count is not in the shape: it comes from the names.
 */
export const endToEndHead: Head = {
  family: 'end-to-end',
  recognise: (model) => bestOf(model.outputs.map((output) => recogniseOutput(model, output))),
  makeDecoder: () => rowDecoder,
};

const rowDecoder: Decoder = {
  levels: [],
  read: ([rows]) => {
    const data = rows?.data ?? new Float32Array(0);
    return {
      count: data.length / 6,
      scoreAll(scores, classIds) {
        for (let index = 0; index < scores.length; index += 1) {
          scores[index] = data[6 * index + 4] ?? 0;
          classIds[index] = Math.round(data[6 * index + 5] ?? 0);
        }
      },
      readScore: (index, classId) =>
        Math.round(data[6 * index + 5] ?? 0) === classId ? (data[6 * index + 4] ?? 0) : 0,
      readBox(index, box) {
        for (let side = 0; side < 4; side += 1) box[side] = data[6 * index + side] ?? 0;
      },
      readPlace(_index, place) {
        place.level = -1;
      },
    };
  },
};

function recogniseOutput(model: ModelFacts, output: OutputFacts): HeadMatch | null {
  const shape = joinedShape(output);
  if (shape === null || shape.second !== 6) return null;
  const { first: count } = shape;
  // As many rows as cells are predictions of another head with one or two classes.
  const areCells = findStrides(model.size, count, 1) !== null || findStrides(model.size, count, 3) !== null;
  const selects = model.hasOperator(...selectors);
  if (areCells && !selects) return null;
  return {
    points: selects ? 6 : 3,
    evidence: [
      `Output "${output.name}" is [1, ${count}, 6]: finished boxes, at most ${count} a picture.`,
      ...(selects ? ['The graph selects the best boxes itself, so the grid cell of a box is not known.'] : []),
    ],
    reading: {
      head: `[1, ${count}, 6]: x1, y1, x2, y2, score, class; no suppression needed`,
      outputs: [{ name: output.name, holds: 'predictions', order: 'box-major' }],
      strides: [],
      anchorsPerCell: 1,
      classes: model.classNames?.length ?? 80,
      activation: { box: 'none', objectness: 'absent', class: 'none' },
      decodedInGraph: true,
      nmsInGraph: true,
      bakedIn: { maxDetections: count },
      input: { channels: 'RGB', scale: 1 / 255, resize: 'letterbox-center' },
    },
  };
}
