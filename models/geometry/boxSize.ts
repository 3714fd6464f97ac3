import type { Box, BoxSize } from '../types.ts';

/** Areas in square image pixels at which COCO's evaluation parts small from medium and medium from large objects. */
const mediumFrom = 32 ** 2;
const largeFrom = 96 ** 2;

/** Which of COCO's three sizes a box (image pixels) has. */
export function sizeOfBox([x1, y1, x2, y2]: Box): BoxSize {
  const area = (x2 - x1) * (y2 - y1);
  if (area < mediumFrom) return 'small';
  return area < largeFrom ? 'medium' : 'large';
}
