import { describeCpu } from '../detect/cpu.ts';
import type { WeightLimit } from './weights.ts';

export interface WeightBits {
  readonly reduceRange: boolean;
  readonly limit: WeightLimit;
  readonly warnings: readonly string[];
}

/**
 * Decides between 8 and 7 bits for weights. x86 processors without VNNI add two products of bytes in 16 bits: 255 * 127 * 2
 * overflows and saturates there, 255 * 64 * 2 does not.
 * @param wanted what the user chose; decided from this machine's processor where undefined
 */
export async function weightBitsFor(wanted: boolean | undefined): Promise<WeightBits> {
  const cpu = await describeCpu();
  const saturates = (process.arch === 'x64' || process.arch === 'ia32') && !cpu.vnni;
  const known = cpu.features.length > 0;
  const because = known ? `${cpu.model} has no VNNI` : 'it could not be found out whether this processor has VNNI';
  const reduceRange = wanted ?? saturates;
  return {
    reduceRange,
    limit: reduceRange ? 64 : 127,
    warnings: bitsWarnings(wanted, reduceRange, saturates, because),
  };
}

function bitsWarnings(
  wanted: boolean | undefined,
  reduceRange: boolean,
  saturates: boolean,
  because: string,
): string[] {
  if (wanted === undefined && reduceRange) {
    return [
      `Weights were limited to 7 bits (reduced range), since ${because} and its 8-bit sums would saturate. For a processor that has it, turn the reduced range off: that is a little more accurate.`,
    ];
  }
  if (wanted === false && saturates) {
    return [
      `Weights have 8 bits, but ${because}: here sums saturate and boxes may be lost. Compare on the processor it is for.`,
    ];
  }
  return [];
}
