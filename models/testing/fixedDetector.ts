import type { ModelProto } from 'onnx-buf';
import { fixedOutputModel } from './tinyModels.ts';

/** A box that a fixed detector finds, in input pixels. */
export interface FixedBox {
  readonly classId: number;
  readonly score: number;
  readonly box: readonly [number, number, number, number];
}

/** Cells of the strides 8, 16 and 32 at 64 x 64. */
const cells = 84;

/**
 * A v8 detector of 64 x 64 that finds the same boxes on every picture; one box a cell, in the order given. So what
 * comparing, exporting and reporting must say is known beforehand.
 */
export function fixedDetector(boxes: readonly FixedBox[], classNames: readonly string[] = ['cup', 'ball']): ModelProto {
  const values = new Float32Array((4 + classNames.length) * cells);
  for (const [index, { classId, score, box }] of boxes.entries()) {
    const [x1, y1, x2, y2] = box;
    for (const [row, value] of [(x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1].entries())
      values[row * cells + index] = value;
    values[(4 + classId) * cells + index] = score;
  }
  const names = `{${classNames.map((name, id) => `${id}: '${name}'`).join(', ')}}`;
  return fixedOutputModel(64, [1, 4 + classNames.length, cells], values, { names });
}
