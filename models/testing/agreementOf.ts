import type { Agreement } from '../types.ts';

/** An agreement in which as many boxes are extra as lost, so that F1 is the share that was matched. */
export function agreementOf(matched: number, lost: number, images = 2): Agreement {
  const share = matched + lost === 0 ? 0 : matched / (matched + lost);
  return {
    f1: share,
    precision: share,
    recall: share,
    matched,
    lost,
    extra: lost,
    changedClass: 0,
    meanIou: null,
    scoreShift: null,
    scoreError: null,
    images,
  };
}
