/** The overlaps at which COCO counts a detection as right: 0.50, 0.55 ... 0.95, as NumPy's `linspace` computes them. */
export const iouThresholds: readonly number[] = evenSteps(0.5, 0.95, 10);

/** The recalls at which COCO reads precision: 0, 0.01 ... 1, as NumPy's `linspace` computes them. */
export const recallPoints: readonly number[] = evenSteps(0, 1, 101);

/** COCO's ranges of area in square pixels, both ends included: all, small, medium, large. */
export const areaRanges: readonly (readonly [number, number])[] = [
  [0, 1e10],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e10],
];

/** The confusion matrix grows with the square of the classes: datasets of more are refused. */
export const maximumClasses = 2000;

/** COCO looks at no more detections of one class in one picture. */
export const mostPerClass = 100;

/** Detections enter the confusion matrix above this score, and meet an object above this overlap of any class. */
export const confusionThresholds = { confidence: 0.25, iou: 0.45 } as const;

/** The overlap of VOC's figures and of the curves over confidence. */
export const vocThreshold = 0.5;

/** As NumPy: multiples of one step, the last value exact, so that comparisons at the edges fall alike. */
function evenSteps(start: number, end: number, count: number): number[] {
  const step = (end - start) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? end : index * step + start));
}

/** One bit for each of `iouThresholds` that an overlap reaches, the lowest first. */
export function reachedThresholds(iou: number): number {
  let bits = 0;
  for (let index = 0; index < iouThresholds.length; index += 1) {
    if (iou < (iouThresholds[index] ?? 1)) break;
    bits |= 1 << index;
  }
  return bits;
}
