import type { Agreement } from '../types.ts';

/** A model whose boxes agree less than this with another's has lost them. */
const leastF1 = 0.5;

/**
 * How a model has lost the boxes of another, as a sentence; undefined where it has not.
 * @param other what the sentence calls that one, e.g. "the original"
 */
export function describeCollapse({ f1, matched, lost, extra, images }: Agreement, other: string): string | undefined {
  // Where the other finds nothing, nothing can be lost.
  if (matched + lost === 0 || f1 >= leastF1) return undefined;
  const pictures = `${images} ${images === 1 ? 'picture' : 'pictures'}`;
  return `The boxes of ${other} are lost: F1 ${f1.toFixed(3)} on ${pictures}, ${lost} of ${matched + lost} lost and ${extra} extra.`;
}
