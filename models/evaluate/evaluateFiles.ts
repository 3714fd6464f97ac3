import type { OperationContext } from '../api.ts';
import { partOf } from '../progress.ts';
import type { EvaluateReport } from '../types.ts';
import { readAnnotations } from './cocoFiles/readAnnotations.ts';
import { readDetections } from './cocoFiles/readDetections.ts';
import { computeFigures } from './metrics/figures.ts';
import { matchPictures } from './metrics/matchPictures.ts';

/**
 * Measures a COCO result file, from whatever program, against a COCO file of annotations.
 * @throws StudioError as `readAnnotations` and `readDetections`
 */
export async function evaluateFiles(
  input: { readonly predictions: string; readonly annotations: string },
  context: OperationContext,
): Promise<EvaluateReport> {
  const { signal, report } = context;
  const started = performance.now();
  report({ step: 'Reading annotations', fraction: 0 });
  const annotations = await readAnnotations(input.annotations, partOf(context, 0, 0.2));
  signal.throwIfAborted();
  const { found, warnings } = await readDetections(input.predictions, annotations, partOf(context, 0.2, 0.8));
  signal.throwIfAborted();
  const read = performance.now();
  report({ step: 'Measuring', fraction: 0.8 });
  const pictures = Uint32Array.from(annotations.pictures.values());
  const records = matchPictures(pictures, annotations.truth, found);
  signal.throwIfAborted();
  const figures = await computeFigures(() => [records], annotations.classes, signal);
  const ms = { read: read - started, evaluate: performance.now() - read };
  return { ...figures, ms, warnings: [...annotations.warnings, ...warnings] };
}
