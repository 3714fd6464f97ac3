import { hasLostBoxes } from '../geometry/agreement.ts';
import type { Agreement } from '../types.ts';

/**
 * How a model has lost the boxes of another, as a sentence; undefined where it has not.
 * @param other what the sentence calls that one, e.g. "the original"
 */
export function describeCollapse(agreement: Agreement, other: string): string | undefined {
  if (!hasLostBoxes(agreement)) return undefined;
  const { f1, matched, lost, extra, images } = agreement;
  const pictures = `${images} ${images === 1 ? 'picture' : 'pictures'}`;
  return `The boxes of ${other} are lost: F1 ${f1.toFixed(3)} on ${pictures}, ${lost} of ${matched + lost} lost and ${extra} extra.`;
}
