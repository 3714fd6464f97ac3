import type { OnnxModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import type { SpecCorrection } from '../specSchema.ts';
import { applyCorrection } from './correction.ts';
import { type Correction, findCorrection, readCorrection } from './correctionFile.ts';
import type { TensorShapes } from './graphTail.ts';
import { type Recognition, recognizeDetector } from './recognize.ts';

export interface ReadOptions {
  /** A file with corrections, instead of the one that may be kept beside the model. */
  readonly spec?: string | undefined;
  /** Shapes of the graph's tensors, where they are known already. */
  readonly shapes?: TensorShapes | undefined;
}

/**
 * How a model is fed and read: what its file tells, with the user's corrections. Everything that runs a detector asks here.
 * @throws StudioError `spec-invalid` where a correction can't be used
 */
export async function readDetector(model: OnnxModel, options: ReadOptions = {}): Promise<Recognition> {
  const correction = options.spec === undefined ? await findCorrection(model.path) : await readCorrection(options.spec);
  return recognizeCorrected(model, correction, options.shapes);
}

/** The same with a correction at hand. */
export function recognizeCorrected(
  model: OnnxModel,
  correction: Correction | null,
  shapes: TensorShapes = inferShapes(model.proto),
): Recognition {
  const wanted = correction?.spec.input?.size;
  const recognition = recognizeDetector(model, shapes, wanted);
  if (correction === null) return recognition;
  const sized = shapesAt(model, recognition, correction.spec, shapes);
  const corrected = applyCorrection(recognition, correction.spec, correction.source, sized);
  if (correction.modelSha256 === undefined || correction.modelSha256 === model.sha256) return corrected;
  const stale = `${correction.source} corrects an earlier version of this file; it is used all the same.`;
  return { ...corrected, warnings: [...corrected.warnings, stale] };
}

/** Shapes at the size at which the corrected model runs. */
function shapesAt(
  { proto }: OnnxModel,
  recognition: Recognition,
  correction: SpecCorrection,
  shapes: TensorShapes,
): TensorShapes {
  const input = { ...('reason' in recognition ? {} : recognition.reading.input), ...correction.input };
  const { name, size, layout = 'NCHW', batch = 1, extra = [] } = input;
  if (name === undefined || size === undefined) return shapes;
  const dims = layout === 'NCHW' ? [batch, 3, ...size] : [batch, ...size, 3];
  const others = extra.map((other) => [other.name, other.dims] as const);
  return inferShapes(proto, { ...Object.fromEntries(others), [name]: dims });
}
