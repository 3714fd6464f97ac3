import type { HeadFamily } from '../../models/types.ts';

/**
 * The class probability that a score and its objectness came from: score = objectness x class, save in FastestDet, where it is
 * objectness^0.6 x class^0.4. 0..1; 0 where nothing is there.
 */
export function classProbability(family: HeadFamily, score: number, objectness: number): number {
  if (objectness <= 0) return 0;
  const probability = family === 'fastestdet' ? (score / objectness ** 0.6) ** (1 / 0.4) : score / objectness;
  return Math.min(1, probability);
}
