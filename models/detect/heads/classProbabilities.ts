import type { DetectorSpec } from '../../types.ts';
import { sigmoid } from './activations.ts';

/**
 * Writes the probabilities of all classes of one prediction, 0..1.
 * @param values raw values: the first class's at `start`, the others `step` apart
 * @param count values that take part in a softmax, of which classes after those of `probabilities` (a background) are not written
 */
export function writeClassProbabilities(
  activation: DetectorSpec['activation']['class'],
  values: Float32Array,
  start: number,
  step: number,
  count: number,
  probabilities: Float32Array,
): void {
  const rawOf = (classId: number) => values[start + classId * step] ?? 0;
  switch (activation) {
    case 'none':
      for (let classId = 0; classId < probabilities.length; classId += 1) probabilities[classId] = rawOf(classId);
      return;
    case 'sigmoid':
      for (let classId = 0; classId < probabilities.length; classId += 1) {
        probabilities[classId] = sigmoid(rawOf(classId));
      }
      return;
    case 'softmax': {
      // From the highest value, so that no power overflows.
      let highest = Number.NEGATIVE_INFINITY;
      for (let classId = 0; classId < count; classId += 1) highest = Math.max(highest, rawOf(classId));
      let sum = 0;
      for (let classId = 0; classId < count; classId += 1) sum += Math.exp(rawOf(classId) - highest);
      for (let classId = 0; classId < probabilities.length; classId += 1) {
        probabilities[classId] = Math.exp(rawOf(classId) - highest) / sum;
      }
    }
  }
}
