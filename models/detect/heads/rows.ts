import type { DetectorSpec, RowLayout } from '../../types.ts';
import { sigmoid, softmaxOf } from './activations.ts';
import { writeClassProbabilities } from './classProbabilities.ts';
import type { Decoder, Place, Predictions } from './head.ts';
import { type Column, findRows, type Rows } from './rowColumns.ts';

/** The layout of YOLOv10 and of most exports since: x1, y1, x2, y2, score, class. */
export const usualRows: RowLayout = { columns: ['box', 'score', 'class'], box: 'x1y1x2y2', units: 'pixels' };

/**
 * A decoder for boxes without a grid: rows of one output, or boxes, scores and classes in outputs of their own, or what
 * NonMaxSuppression selected among boxes and scores. Rows of other pictures of the batch, and rows of -1 that fill up an
 * output, get no score.
 */
export function makeRowDecoder(spec: DetectorSpec): Decoder {
  const layout = spec.rows ?? usualRows;
  return { levels: [], read: (outputs) => readRows(spec, layout, findRows(spec, layout, outputs)) };
}

function readRows(spec: DetectorSpec, layout: RowLayout, rows: Rows): Predictions {
  const { box: boxes, angle, classId } = rows;
  const [height, width] = layout.units === 'relative' ? spec.input.size : [1, 1];
  const scored = classId === null ? readEveryClass(spec, rows) : readLabels(spec, rows, classId);
  return {
    count: rows.count,
    ...scored,
    readBox(index, box) {
      const at = boxes.start + index * boxes.step;
      for (let side = 0; side < 4; side += 1) box[side] = boxes.data[at + side] ?? 0;
      arrange(box, layout.box, angle === null ? 0 : columnValue(angle, index));
      for (let side = 0; side < 4; side += 1) box[side] = (box[side] ?? 0) * (side % 2 === 0 ? width : height);
    },
    readPlace(_index: number, place: Place) {
      place.level = -1;
    },
  };
}

function columnValue({ data, start, step }: Column, index: number): number {
  return data[start + index * step] ?? 0;
}

/** Boxes that come with one score and one class each. */
function readLabels({ activation }: DetectorSpec, { score, batch }: Rows, classId: Column) {
  const activate = activation.class === 'sigmoid' ? sigmoid : Number;
  return {
    scoreAll(scores: Float32Array, classIds: Uint16Array) {
      for (let index = 0; index < scores.length; index += 1) {
        const label = Math.round(columnValue(classId, index));
        const isBox = label >= 0 && (batch === null || columnValue(batch, index) === 0);
        scores[index] = isBox ? activate(columnValue(score, index)) : 0;
        classIds[index] = isBox ? label : 0;
      }
    },
  };
}

/** Boxes that come with a score for every class. */
function readEveryClass({ activation, classes }: DetectorSpec, { score, scoresPerBox }: Rows) {
  const { data } = score;
  const readScore = (index: number, classId: number) => {
    const start = score.start + index * score.step;
    const value = data[start + classId] ?? 0;
    switch (activation.class) {
      case 'none':
        return value;
      case 'sigmoid':
        return sigmoid(value);
      case 'softmax':
        // The background's share counts, although it is no class.
        return softmaxOf(data, start, 1, scoresPerBox, value);
    }
  };
  return {
    readScore,
    readScores(index: number, scores: Float32Array) {
      const start = score.start + index * score.step;
      writeClassProbabilities(activation.class, data, start, 1, scoresPerBox, scores);
    },
    scoreAll(scores: Float32Array, classIds: Uint16Array) {
      for (let index = 0; index < scores.length; index += 1) {
        const start = score.start + index * score.step;
        let best = 0;
        for (let classId = 1; classId < classes; classId += 1) {
          if ((data[start + classId] ?? 0) > (data[start + best] ?? 0)) best = classId;
        }
        scores[index] = readScore(index, best);
        classIds[index] = best;
      }
    },
  };
}

/** Turns the four values of a box into x1, y1, x2, y2 in place; a rotated one becomes the upright box around it. */
function arrange(box: Float64Array, order: RowLayout['box'], angle: number): void {
  const [a = 0, b = 0, c = 0, d = 0] = box;
  switch (order) {
    case 'x1y1x2y2':
      return;
    case 'y1x1y2x2':
      box.set([b, a, d, c]);
      return;
    case 'centre-size':
      writeUpright(box, a, b, c, d, angle);
  }
}

/**
 * Writes x1, y1, x2, y2 of the smallest upright box around one of a centre, width and height that is turned by `angle`
 * radians: |w cos a| + |h sin a| wide and |w sin a| + |h cos a| high.
 */
export function writeUpright(
  box: Float64Array,
  x: number,
  y: number,
  width: number,
  height: number,
  angle: number,
): void {
  const [cosine, sine] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const halfWidth = (width * cosine + height * sine) / 2;
  const halfHeight = (width * sine + height * cosine) / 2;
  box[0] = x - halfWidth;
  box[1] = y - halfHeight;
  box[2] = x + halfWidth;
  box[3] = y + halfHeight;
}
