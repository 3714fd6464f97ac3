/** A made-up comparison for looking at Compare. */
import type { Variant } from '../../electron/contract.ts';
import type { CompareReport } from '../../models/types.ts';

/** A comparison of variants, the first being the baseline. */
export function makeComparison(
  variants: readonly Variant[],
  images: readonly { readonly path: string }[],
): CompareReport {
  const p50s: Record<string, number> = { original: 67.5, int8: 33.4, pruned: 66.8, 'pruned-int8': 33.1 };
  const compared = variants.map((variant) => {
    const p50 = p50s[variant.id] ?? 40;
    return {
      path: variant.modelPath,
      name: variant.name,
      bytes: variant.inspection.bytes,
      parameters: variant.inspection.parameters,
      macs: variant.inspection.macs,
      sparsity: variant.inspection.sparsity,
      precision: variant.inspection.precision,
      provider: { requested: 'cpu', used: 'cpu' } as const,
      latency: {
        p50,
        p90: p50 * 1.05,
        p95: p50 * 1.1,
        p99: p50 * 1.3,
        mean: p50,
        min: p50 * 0.9,
        runs: 100,
        throughput: 1000 / p50,
      },
      load: 90,
      peakMemory: 3e8,
      ...(variant.agreement ? { agreement: variant.agreement } : {}),
      images: images.map(({ path }, index) => ({
        path,
        lost: index % 4 === 1 ? 1 : 0,
        extra: index % 5 === 3 ? 1 : 0,
        moved: 0,
        changedClass: 0,
        groups: [],
      })),
    };
  });
  return {
    baseline: variants[0]?.modelPath ?? '',
    models: compared,
    images: compared[1]?.images ?? [],
    pareto: compared.map(({ path, latency, agreement }) => ({
      path,
      p50: latency.p50,
      f1: agreement?.f1 ?? 1,
      best: path.includes('int8') || path.includes('yolov8n'),
    })),
    device: 'Intel Xeon, VNNI',
    threads: 2,
    imageCount: images.length,
  };
}
