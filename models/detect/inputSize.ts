import type { DetectorSpec } from '../types.ts';
import { usualStride } from './openSize.ts';

/**
 * The size a detector can run at that is nearest to its specification's: what the file fixes; where it leaves a side open,
 * whole strides.
 * @param declared height and width as the file declares them, null where they are open
 * @returns [height, width]; those of the specification where it fits
 */
export function nearestSize(
  { input, strides }: Pick<DetectorSpec, 'input' | 'strides'>,
  declared: readonly [number | null, number | null],
): { readonly size: readonly [number, number]; readonly step: number } {
  const step = strides.length === 0 ? usualStride : Math.max(...strides);
  const inStrides = (side: number) => (side % step === 0 ? side : Math.max(step, Math.round(side / step) * step));
  const [height, width] = input.size;
  return { size: [declared[0] ?? inStrides(height), declared[1] ?? inStrides(width)], step };
}
