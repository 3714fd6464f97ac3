/**
 * Which of many weights are the smallest: everything below `bits` in magnitude, and the first `ties` (in order) of those that
 * equal it.
 */
export interface Threshold {
  /** Bit pattern of the magnitude as float32. For magnitudes, order of bit patterns is order of values; NaN is largest. */
  readonly bits: number;
  readonly ties: number;
}

const magnitudeMask = 0x7fffffff;
const lowBits = 16;
const binCount = 2 ** lowBits;

/** Magnitude of a bit pattern, as a bit pattern. */
export function magnitudeBits(word: number): number {
  return word & magnitudeMask;
}

/** The bit patterns of float32 values, over the same memory. */
export function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function increment(counts: Uint32Array, bin: number): void {
  counts[bin] = (counts[bin] ?? 0) + 1;
}

/** The bin in which the `rank`-th (from 0) of the counted values lies, and how many lie in the bins before it. */
function findBin(counts: Uint32Array, rank: number): { bin: number; before: number } {
  let before = 0;
  for (let bin = 0; bin < counts.length; bin += 1) {
    const count = counts[bin] ?? 0;
    if (before + count > rank) return { bin, before };
    before += count;
  }
  throw new Error('The rank lies beyond the values that were counted.');
}

/**
 * Finds the exact threshold below which the `count` smallest magnitudes of all arrays together lie, in two passes of counting
 * (upper, then lower half of the bit pattern); nothing is sorted or copied.
 * @param count at least 1 and at most the number of values
 */
export function smallestMagnitudes(arrays: readonly Float32Array[], count: number): Threshold {
  const counts = new Uint32Array(binCount / 2);
  for (const values of arrays) {
    const words = bitsOf(values);
    for (let index = 0; index < words.length; index += 1)
      increment(counts, magnitudeBits(words[index] ?? 0) >>> lowBits);
  }
  const upper = findBin(counts, count - 1);
  const finer = new Uint32Array(binCount);
  for (const values of arrays) {
    const words = bitsOf(values);
    for (let index = 0; index < words.length; index += 1) {
      const magnitude = magnitudeBits(words[index] ?? 0);
      if (magnitude >>> lowBits === upper.bin) increment(finer, magnitude & (binCount - 1));
    }
  }
  const lower = findBin(finer, count - 1 - upper.before);
  return { bits: upper.bin * binCount + lower.bin, ties: count - upper.before - lower.before };
}
