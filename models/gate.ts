import type { OperationContext } from './api.ts';
import { StudioError } from './errors.ts';
import { formatQuantity } from './format.ts';
import type { Agreement } from './types.ts';

/** Says how alike a variant, given as the bytes of an ONNX file, is to the model it was made from. */
export type Judge = (bytes: Uint8Array, context: OperationContext) => Promise<Agreement>;

/** A model whose boxes agree less than this with another's has lost them. */
const leastF1 = 0.5;
/** Losses of F1 from here on are worth a warning. */
const noticeableDrop = 0.05;

const figures = ({ f1, matched, lost, extra, images }: Agreement) =>
  `F1 ${f1.toFixed(3)} on ${formatQuantity(images, 'picture')}, ${lost} of ${matched + lost} lost and ${extra} extra.`;

/**
 * How a variant has lost the boxes of another model, as a sentence; undefined where it has not. Where the other finds nothing,
 * nothing can be lost.
 * @param other what the sentence calls that one, e.g. "the original"
 */
export function describeLoss(agreement: Agreement, other: string): string | undefined {
  const { f1, matched, lost } = agreement;
  const hasLostBoxes = matched + lost > 0 && f1 < leastF1;
  return hasLostBoxes ? `The boxes of ${other} are lost: ${figures(agreement)}` : undefined;
}

/** What to warn of where the boxes of a variant are no longer quite the original's. */
export function warnOfDrop(agreement: Agreement): string[] {
  if (1 - agreement.f1 <= noticeableDrop) return [];
  return [`The boxes differ noticeably from the original's: ${figures(agreement)}`];
}

/**
 * The refusal to write a variant that has lost its boxes.
 * @param reason sentences
 * @param instead what a person can do, as the begin of a sentence
 */
export function refusal(out: string, reason: string, instead: string): StudioError {
  return new StudioError('gate-not-met', `${out} was not written. ${reason}`, {
    hint: `${instead}, or write the file all the same with --no-gate.`,
  });
}
