import type { OnnxModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import type { SpecCorrection } from '../specSchema.ts';
import { applyCorrection } from './correction.ts';
import { type Correction, findCorrection, readCorrection } from './correctionFile.ts';
import type { TensorShapes } from './graphTail.ts';
import { type Recognition, type Recognized, recognizeDetector } from './recognize.ts';

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
  const shapes = options.shapes ?? inferShapes(model.proto);
  return correction === null ? recognizeDetector(model, shapes) : recognizeCorrected(model, correction, shapes);
}

/** The same with a correction at hand. */
export function recognizeCorrected(
  model: OnnxModel,
  correction: Correction,
  shapes: TensorShapes = inferShapes(model.proto),
): Recognized {
  const usual = recognizeDetector(model, shapes);
  const wanted = correction.spec.input?.size;
  const atSize = wanted === undefined ? usual : recognizeDetector(model, shapes, wanted);
  // A size that the graph cannot run at hides the head; what is wrong is the size then.
  const recognition = 'reason' in atSize ? usual : atSize;
  const usualSize = 'reason' in usual ? undefined : usual.reading.input.size;
  const sized = shapesAt(model, recognition, correction.spec, shapes);
  const graph = model.proto.graph ?? { input: [], output: [] };
  const corrected = applyCorrection(recognition, correction.spec, correction.source, {
    graph,
    shapes,
    sized,
    usualSize,
  });
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
