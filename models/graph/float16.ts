const scratchFloat = new Float32Array(1);
const scratchBits = new Uint32Array(scratchFloat.buffer);

/** The number that an IEEE 754 half-precision bit pattern (0..65535) stands for. */
export function halfToNumber(half: number): number {
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return (half & 0x8000 ? -1 : 1) * fraction * 2 ** -24;
  // Same sign and fraction; the exponent's bias goes from 15 to 127, all ones stay all ones.
  const rebiased = exponent === 31 ? 255 : exponent + 112;
  scratchBits[0] = ((half & 0x8000) << 16) | (rebiased << 23) | (fraction << 13);
  return scratchFloat[0] ?? 0;
}

/** The numbers that many half-precision bit patterns stand for. */
export function halvesToFloats(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(halves.length);
  for (let index = 0; index < halves.length; index += 1) floats[index] = halfToNumber(halves[index] ?? 0);
  return floats;
}

/**
 * The half-precision bit pattern nearest to a number (ties to even); beyond 65519.99 it is infinity. The number is taken as
 * float32 first, as every converter of float32 weights does.
 */
export function numberToHalf(value: number): number {
  scratchFloat[0] = value;
  const word = scratchBits[0] ?? 0;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520, halfway between the largest half and the next power of two, rounds to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent by 127 - 15 and round the 13 dropped bits to even; a carry walks into the exponent.
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  if (magnitude <= 0x33000000) return sign;
  // Subnormal: the significand with its implicit one, shifted to units of 2^-24 and rounded to even.
  const shift = 126 - (magnitude >>> 23);
  const significand = (magnitude & 0x7fffff) | 0x800000;
  const whole = significand >>> shift;
  const rest = significand & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (whole + (rest > half || (rest === half && (whole & 1) === 1) ? 1 : 0));
}
