/** Stands for "no noise at all": JSON knows no infinity, and float32 itself carries about 150 dB. */
const mostDecibels = 150;

/** Signal over noise in dB, 10 log10(signal / noise), of sums of squares; within ±150, and 150 where there is no noise. */
export function decibelsOf(signal: number, noise: number): number {
  if (noise === 0) return mostDecibels;
  return Math.max(-mostDecibels, Math.min(mostDecibels, 10 * Math.log10(signal / noise)));
}
