import type { Box } from '../types.ts';

/** Intersection over union of two boxes in the same frame, 0..1; 0 where neither has an area. */
export function boxIou(a: Box, b: Box): number {
  return overlap(a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]);
}

/** Intersection over union of the boxes at two indices of a flat list [x1, y1, x2, y2, x1, ...]. */
export function iouAt(boxes: Float32Array, first: number, second: number): number {
  const a = 4 * first;
  const b = 4 * second;
  return overlap(
    boxes[a] ?? 0,
    boxes[a + 1] ?? 0,
    boxes[a + 2] ?? 0,
    boxes[a + 3] ?? 0,
    boxes[b] ?? 0,
    boxes[b + 1] ?? 0,
    boxes[b + 2] ?? 0,
    boxes[b + 3] ?? 0,
  );
}

function overlap(
  ax1: number,
  ay1: number,
  ax2: number,
  ay2: number,
  bx1: number,
  by1: number,
  bx2: number,
  by2: number,
): number {
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1);
  const height = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  const union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - intersection;
  return union > 0 ? intersection / union : 0; // areas of tiny boxes can round to nothing
}
