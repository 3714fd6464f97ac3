import type { ClassRecords } from './classRecords.ts';

/** Steps of confidence from 0 to 1. */
const steps = 1000;

/** Precision, recall and F1 of one class with the scores above each confidence 0, 0.001 ... 1, at overlap 0.5. */
export interface ClassCurve {
  readonly precision: Float64Array;
  readonly recall: Float64Array;
  readonly f1: Float64Array;
}

/** The confidence at which the mean F1 of the classes is highest, the lowest if there are several; as a step. */
interface BestStep {
  readonly step: number;
  readonly f1: number;
}

/** The confidence of a step. */
export function confidenceOf(step: number): number {
  return step / steps;
}

/**
 * What a user gets who keeps the scores above each confidence. Precision is 1 where nothing is kept. Matching is that of the
 * interpolated figures at overlap 0.5.
 * @param objects objects of the class that are not ignored, at least 1
 */
export function traceClass({ records, order }: ClassRecords, objects: number): ClassCurve {
  const { scores, interpolatedHits } = records;
  const curve = emptyCurve();
  let kept = 0;
  let right = 0;
  for (let step = steps; step >= 0; step -= 1) {
    for (; kept < order.length; kept += 1) {
      const index = order[kept] ?? 0;
      if ((scores[index] ?? 0) <= confidenceOf(step)) break;
      right += (interpolatedHits[index] ?? 0) & 1;
    }
    curve.precision[step] = kept === 0 ? 1 : right / kept;
    curve.recall[step] = right / objects;
    curve.f1[step] = (2 * right) / (kept + objects);
  }
  return curve;
}

/** The mean of the classes' curves at each confidence; zeros without classes. */
export function averageCurves(curves: readonly ClassCurve[]): ClassCurve {
  const average = emptyCurve();
  for (const curve of curves) {
    for (let step = 0; step <= steps; step += 1) {
      average.precision[step] = (average.precision[step] ?? 0) + (curve.precision[step] ?? 0) / curves.length;
      average.recall[step] = (average.recall[step] ?? 0) + (curve.recall[step] ?? 0) / curves.length;
      average.f1[step] = (average.f1[step] ?? 0) + (curve.f1[step] ?? 0) / curves.length;
    }
  }
  return average;
}

/** Where a curve's F1 is highest; among equals the lowest confidence. */
export function bestStep({ f1 }: ClassCurve): BestStep {
  let best = 0;
  for (let step = 1; step <= steps; step += 1) if ((f1[step] ?? 0) > (f1[best] ?? 0)) best = step;
  return { step: best, f1: f1[best] ?? 0 };
}

function emptyCurve(): ClassCurve {
  return {
    precision: new Float64Array(steps + 1),
    recall: new Float64Array(steps + 1),
    f1: new Float64Array(steps + 1),
  };
}
