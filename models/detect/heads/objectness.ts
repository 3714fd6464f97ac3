import type { DetectorSpec } from '../../types.ts';
import type { RawOutput } from './head.ts';

/** Reading [N, 5+C]: four box values, the objectness, C class scores. A score is objectness x class. */
export function scoreWithObjectness(
  { data, count }: RawOutput,
  { classes }: DetectorSpec,
  scores: Float32Array,
  classIds: Uint16Array,
): void {
  const channels = 5 + classes;
  for (let index = 0; index < count; index += 1) {
    const start = index * channels + 5;
    let best = 0;
    for (let classId = 1; classId < classes; classId += 1) {
      if ((data[start + classId] ?? 0) > (data[start + best] ?? 0)) best = classId;
    }
    scores[index] = (data[start - 1] ?? 0) * (data[start + best] ?? 0);
    classIds[index] = best;
  }
}

/** Objectness x one class of one prediction. */
export function readScoreWithObjectness(
  { data }: RawOutput,
  { classes }: DetectorSpec,
  index: number,
  classId: number,
): number {
  const start = index * (5 + classes);
  return (data[start + 4] ?? 0) * (data[start + 5 + classId] ?? 0);
}

/** Writes the corners of a box that the graph has decoded to centre and size in input pixels. */
export function readCentredBox({ data }: RawOutput, { classes }: DetectorSpec, index: number, box: Float64Array): void {
  const start = index * (5 + classes);
  const [x, y] = [data[start] ?? 0, data[start + 1] ?? 0];
  const [halfWidth, halfHeight] = [(data[start + 2] ?? 0) / 2, (data[start + 3] ?? 0) / 2];
  box[0] = x - halfWidth;
  box[1] = y - halfHeight;
  box[2] = x + halfWidth;
  box[3] = y + halfHeight;
}
