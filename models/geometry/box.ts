import type { Box } from '../types.ts';

/** The box at `index` of a flat list [x1, y1, x2, y2, x1, ...]. */
export function boxAt(boxes: Float32Array, index: number): Box {
  const start = 4 * index;
  return [boxes[start] ?? 0, boxes[start + 1] ?? 0, boxes[start + 2] ?? 0, boxes[start + 3] ?? 0];
}

/** The part of a box that lies inside a picture of `width` x `height` pixels; it may have no area. */
export function clipBox(box: Box, width: number, height: number): Box {
  return [clip(box[0], width), clip(box[1], height), clip(box[2], width), clip(box[3], height)];
}

function clip(value: number, limit: number): number {
  return Math.min(Math.max(value, 0), limit);
}
