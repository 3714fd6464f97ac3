import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CocoFigures, EvaluatedClass, EvaluationFigures } from '../../types.ts';
import { type ClassRecords, gatherClasses, type RecordSource } from './classRecords.ts';
import { averageCoco, type CocoClassFigures } from './cocoAverage.ts';
import { countRecords, type RecordCounts } from './counts.ts';
import { averageCurves, bestStep, type ClassCurve, confidenceOf, traceClass } from './curves.ts';
import { averageInterpolated } from './interpolatedAverage.ts';
import { confusionThresholds, iouThresholds, recallPoints } from './rules.ts';
import { averageVoc, type VocAverages } from './vocAverage.ts';

/** Detections that are held in memory at once. */
const maximumAtOnce = 1_000_000;

/** A class of the dataset. */
export interface NamedClass {
  readonly id: number;
  readonly name: string;
}

interface ClassFigures {
  readonly coco: CocoClassFigures;
  /** The rest is null where the class has no objects. */
  readonly interpolated: readonly number[] | null;
  readonly voc: VocAverages | null;
  readonly curve: ClassCurve | null;
}

/**
 * All figures over the records of pictures, which may come in any order.
 * @param classes those of the dataset, in the order of its class numbers
 */
export async function computeFigures(
  source: RecordSource,
  classes: readonly NamedClass[],
  signal: AbortSignal,
  atOnce = maximumAtOnce,
): Promise<EvaluationFigures> {
  const counts = await countRecords(source, classes.length);
  const figures: ClassFigures[] = [];
  for (let from = 0; from < classes.length; ) {
    await nextTurn();
    signal.throwIfAborted();
    const to = endOfSpan(counts.detections, from, atOnce);
    const gathered = await gatherClasses(source, counts.detections, from, to);
    for (const [index, found] of gathered.entries()) figures.push(figuresOfClass(found, counts, from + index));
    from = to;
  }
  return assemble(figures, counts, classes);
}

/** As many classes as fit, at least one. */
function endOfSpan(detections: Uint32Array, from: number, atOnce: number): number {
  let to = from + 1;
  let total = detections[from] ?? 0;
  while (to < detections.length && total + (detections[to] ?? 0) <= atOnce) {
    total += detections[to] ?? 0;
    to += 1;
  }
  return to;
}

function figuresOfClass(found: ClassRecords, counts: RecordCounts, classId: number): ClassFigures {
  const objects = counts.ordinaryObjects[classId] ?? 0;
  const coco = averageCoco(found, [...counts.wanted.subarray(4 * classId, 4 * classId + 4)]);
  if (objects === 0) return { coco, interpolated: null, voc: null, curve: null };
  return {
    coco,
    interpolated: averageInterpolated(found, objects),
    voc: averageVoc(found, objects),
    curve: traceClass(found, objects),
  };
}

function assemble(
  figures: readonly ClassFigures[],
  counts: RecordCounts,
  classes: readonly NamedClass[],
): EvaluationFigures {
  const curve = averageCurves(figures.flatMap((figure) => figure.curve ?? []));
  const best = bestStep(curve);
  const interpolated = figures.flatMap((figure) => (figure.interpolated === null ? [] : [figure.interpolated]));
  const vocs = figures.flatMap((figure) => figure.voc ?? []);
  const every = Array.from({ length: 101 }, (_, index) => index * 10);
  return {
    images: counts.pictures,
    objects: counts.objects,
    detections: counts.detections.reduce((sum, count) => sum + count, 0),
    coco: summarizeCoco(figures.map((figure) => figure.coco)),
    interpolated101: {
      mAP50: mean(interpolated.map((values) => values[0] ?? 0)) ?? 0,
      mAP50_95: mean(interpolated.map((values) => mean(values) ?? 0)) ?? 0,
    },
    voc: {
      allPoint50: mean(vocs.map((voc) => voc.allPoint)) ?? 0,
      elevenPoint50: mean(vocs.map((voc) => voc.elevenPoint)) ?? 0,
    },
    perClass: figures.map((figure, index) => describeClass(figure, counts, index, classes[index], best.step)),
    confusion: {
      ...confusionThresholds,
      counts: Array.from({ length: classes.length + 1 }, (_, row) => [
        ...counts.confusion.subarray(row * (classes.length + 1), (row + 1) * (classes.length + 1)),
      ]),
    },
    bestF1: {
      confidence: confidenceOf(best.step),
      f1: best.f1,
      precision: curve.precision[best.step] ?? 0,
      recall: curve.recall[best.step] ?? 0,
    },
    curves: {
      confidence: every.map(confidenceOf),
      precision: every.map((step) => curve.precision[step] ?? 0),
      recall: every.map((step) => curve.recall[step] ?? 0),
      f1: every.map((step) => curve.f1[step] ?? 0),
      recallPoints: [...recallPoints],
      precisionAtRecall: averagePrecisionCurve(figures),
    },
  };
}

function describeClass(
  { coco, interpolated, voc, curve }: ClassFigures,
  counts: RecordCounts,
  index: number,
  named: NamedClass | undefined,
  step: number,
): EvaluatedClass {
  const { averagePrecisions: averages } = coco;
  return {
    classId: named?.id ?? index,
    className: named?.name ?? `class ${index}`,
    objects: counts.ordinaryObjects[index] ?? 0,
    detections: counts.detections[index] ?? 0,
    AP: coco.ap[0] ?? null,
    AP50: averages?.[0] ?? null,
    AP75: averages?.[5] ?? null,
    AR100: coco.ar[0] ?? null,
    interpolated50: interpolated?.[0] ?? null,
    interpolated50_95: interpolated === null ? null : mean(interpolated),
    vocAllPoint50: voc?.allPoint ?? null,
    precision: curve?.precision[step] ?? null,
    recall: curve?.recall[step] ?? null,
    f1: curve?.f1[step] ?? null,
  };
}

/** The twelve numbers; -1, as COCO has it, where no object is looked for. */
function summarizeCoco(classes: readonly CocoClassFigures[]): CocoFigures {
  const over = (pick: (figures: CocoClassFigures) => number | null | undefined) =>
    mean(classes.flatMap((figures) => pick(figures) ?? [])) ?? -1;
  return {
    AP: over(({ ap }) => ap[0]),
    AP50: over(({ averagePrecisions }) => averagePrecisions?.[0]),
    AP75: over(({ averagePrecisions }) => averagePrecisions?.[iouThresholds.length / 2]),
    APsmall: over(({ ap }) => ap[1]),
    APmedium: over(({ ap }) => ap[2]),
    APlarge: over(({ ap }) => ap[3]),
    AR1: over(({ ar1 }) => ar1),
    AR10: over(({ ar10 }) => ar10),
    AR100: over(({ ar }) => ar[0]),
    ARsmall: over(({ ar }) => ar[1]),
    ARmedium: over(({ ar }) => ar[2]),
    ARlarge: over(({ ar }) => ar[3]),
  };
}

/** Mean over the classes of COCO's precision at each recall, at overlap 0.5. */
function averagePrecisionCurve(figures: readonly ClassFigures[]): number[] {
  const curves = figures.flatMap(({ coco }) => (coco.precisions === null ? [] : [coco.precisions]));
  return recallPoints.map((_, point) => mean(curves.map((curve) => curve[point] ?? 0)) ?? 0);
}

/** Null of nothing. */
function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
