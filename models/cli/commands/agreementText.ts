import { formatQuantity, formatSigned } from '../../format.ts';
import type { Agreement } from '../../types.ts';

/** e.g. "F1 0.958 on 11 pictures (23 matched, 1 lost, 1 extra; mean IoU 0.961, score −0.012)". */
export function describeAgreement(agreement: Agreement): string {
  const { f1, images, matched, lost, extra, changedClass, meanIou, scoreShift } = agreement;
  const counts = [`${matched} matched`, `${lost} lost`, `${extra} extra`];
  if (changedClass > 0) counts.push(`${changedClass} under another class`);
  const pairs =
    meanIou === null || scoreShift === null
      ? ''
      : `; mean IoU ${meanIou.toFixed(3)}, score ${formatSigned(scoreShift, 3)}`;
  return `F1 ${f1.toFixed(3)} on ${formatQuantity(images, 'picture')} (${counts.join(', ')}${pairs})`;
}
