import type { ComparedModel, CompareReport, EvaluationFigures } from '../types.ts';

function makeModel(name: string, p50: number, bytes: number): ComparedModel {
  return {
    path: `/models/${name}.onnx`,
    name,
    bytes,
    parameters: bytes / 4,
    macs: 1e8,
    sparsity: 0,
    precision: 'fp32',
    provider: { requested: 'cpu', used: 'cpu' },
    latency: { p50, p90: p50, p95: p50, p99: p50, mean: p50, min: p50, runs: 100, throughput: 1000 / p50, warmup: 10 },
    load: p50,
    peakMemory: 9e7,
    peakMemoryOf: 'own-process',
    images: [],
  };
}

/** A comparison of two models, "base" (8 ms, 2 MB) and "small" (4 ms, 500 kB), that keeps every cup and loses half the balls. */
export function makeCompareReport(): CompareReport {
  const classes = [
    { classId: 0, className: 'cup', matched: 6, lost: 0, extra: 0, f1: 1 },
    { classId: 1, className: 'ball', matched: 2, lost: 2, extra: 0, f1: 2 / 3 },
  ];
  const agreement = {
    f1: 16 / 18,
    precision: 1,
    recall: 0.8,
    matched: 8,
    lost: 2,
    extra: 0,
    changedClass: 0,
    meanIou: 0.9,
    scoreShift: -0.02,
    scoreError: 0.03,
    images: 2,
  };
  const models = [makeModel('base', 8, 2e6), { ...makeModel('small', 4, 5e5), agreement, classes }];
  return {
    baseline: '/models/base.onnx',
    models,
    images: [{ path: '/pictures/ä b.jpg', lost: 2, extra: 0, moved: 1, changedClass: 0, groups: [] }],
    pareto: models.map(({ path, latency }, index) => ({
      path,
      p50: latency.p50,
      f1: index === 0 ? 1 : 16 / 18,
      best: true,
    })),
    device: 'A processor',
    threads: 2,
    imageCount: 2,
  };
}

/** The same with figures against labels; of every class but the first 9 objects are taken for the first. */
export function withLabels(report: CompareReport, classes = 2): CompareReport {
  const names = Array.from({ length: classes }, (_, index) => `class ${index}`);
  return { ...report, models: report.models.map((model) => ({ ...model, evaluation: makeEvaluation(names) })) };
}

function makeEvaluation(names: readonly string[]): EvaluationFigures {
  const points = Array.from({ length: 11 }, (_, index) => index / 10);
  const figures = { AP: 0.5, AP50: 0.8, AP75: 0.6, AR100: 0.7 };
  const counts = Array.from({ length: names.length + 1 }, (_row, predicted) =>
    Array.from({ length: names.length + 1 }, (_column, truth) => (predicted === truth ? 5 : predicted === 0 ? 9 : 0)),
  );
  return {
    images: 2,
    objects: 10,
    detections: 12,
    coco: {
      ...figures,
      APsmall: 0.3,
      APmedium: 0.5,
      APlarge: 0.7,
      AR1: 0.3,
      AR10: 0.6,
      ARsmall: 0.4,
      ARmedium: 0.6,
      ARlarge: 0.8,
    },
    interpolated101: { mAP50: 0.8, mAP50_95: 0.5 },
    voc: { allPoint50: 0.8, elevenPoint50: 0.79 },
    perClass: names.map((className, classId) => ({
      classId,
      className,
      objects: 5,
      detections: 6,
      ...figures,
      interpolated50: 0.8,
      interpolated50_95: 0.5,
      vocAllPoint50: 0.8,
      precision: 0.8,
      recall: 0.8,
      f1: 0.8,
    })),
    confusion: { confidence: 0.25, iou: 0.45, counts },
    bestF1: { confidence: 0.4, f1: 0.8, precision: 0.8, recall: 0.8 },
    curves: {
      confidence: points,
      precision: points,
      recall: points.map((value) => 1 - value),
      f1: points.map((value) => 4 * value * (1 - value) * 0.8),
      recallPoints: points,
      precisionAtRecall: points.map((value) => 1 - value ** 2),
    },
  };
}
