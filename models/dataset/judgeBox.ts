import type { Box } from '../types.ts';
import type { LabelFlaw } from './dataset.ts';

/** Boxes may reach over the edge by so many pixels: tools round, and some count pixels from 1. */
const edgeTolerance = 1;

/**
 * What is wrong with a box in a picture of `width` x `height` pixels, or null.
 * @param where which box it is: "Line 3"
 */
export function judgeBox([x1, y1, x2, y2]: Box, width: number, height: number, where: string): LabelFlaw | null {
  if (!(x2 > x1 && y2 > y1)) return { kind: 'empty-box', message: `${where}: its box has no area.` };
  const reachesOut = Math.min(x1, y1) < -edgeTolerance || x2 > width + edgeTolerance || y2 > height + edgeTolerance;
  return reachesOut ? { kind: 'outside-image', message: `${where}: its box reaches out of the picture.` } : null;
}
