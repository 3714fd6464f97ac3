import { readModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { specCorrection } from '../specSchema.ts';
import type { DetectorSpec } from '../types.ts';
import { type Correction, findCorrection, forgetCorrection, keepCorrection, readCorrection } from './correctionFile.ts';
import { recognizeCorrected } from './readDetector.ts';
import { recognizeDetector } from './recognize.ts';

/**
 * Keeps a correction beside a model, once it is known to fit: what in it differs from the file's own reading. One that says
 * what the file says is none, and an earlier one goes.
 * @throws StudioError `spec-invalid` where it does not fit, `file-unwritable`
 */
export async function adoptCorrection(path: string, { source, spec }: Correction): Promise<void> {
  const model = await readModel(path);
  const { corrected } = recognizeCorrected(model, { source, spec });
  const parts = corrected?.parts ?? {};
  if (Object.keys(parts).length === 0) await forgetCorrection(path);
  else await keepCorrection(path, model.sha256, parts);
}

/**
 * Has a model read as `spec` says: a correction is kept beside it where the file alone would be read otherwise.
 * @param source what an error calls the specification
 * @throws StudioError `spec-invalid` where it does not fit, `file-unwritable`
 */
export async function adoptSpec(path: string, spec: DetectorSpec, source: string): Promise<void> {
  const { proto } = await readModel(path);
  const own = recognizeDetector({ proto }, inferShapes(proto));
  const families = 'reason' in own ? [] : [own.reading, ...own.alternatives].map((reading) => reading.family);
  const { family, head: _, ...rest } = spec;
  const correction = families[0] === family ? rest : families.includes(family) ? { family, ...rest } : spec;
  await adoptCorrection(path, { source, spec: specCorrection.parse(correction) });
}

/** A derived model is read as the one it was made from: with the same correction, or with none that lay there before. */
export async function carryCorrection(original: string, derived: string, spec: string | undefined): Promise<void> {
  const correction = await correctionOf(original, spec);
  if (correction === null) await forgetCorrection(derived);
  else await adoptCorrection(derived, correction);
}

/**
 * Whether the correction of a model fits it, before long work begins that ends with keeping it.
 * @throws StudioError `spec-invalid` where it does not
 */
export async function requireFit(path: string, spec: string | undefined): Promise<void> {
  const correction = await correctionOf(path, spec);
  if (correction !== null) recognizeCorrected(await readModel(path), correction);
}

/** The correction in a file that is named, else the one beside the model. */
async function correctionOf(path: string, spec: string | undefined): Promise<Correction | null> {
  return spec === undefined ? findCorrection(path) : readCorrection(spec);
}
