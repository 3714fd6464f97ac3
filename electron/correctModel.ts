import { listDescent, renewInspection } from '../models/project/project.ts';
import { readingStamp } from '../models/project/readingStamp.ts';
import { parseJson, parseSpec, type SpecCorrection, specCorrection } from '../models/specSchema.ts';
import type { EngineHost } from './engineHost.ts';
import type { ProjectState } from './projectState.ts';

/** What an error calls a correction that was typed. */
const source = 'What was entered';

/**
 * Keeps a correction of how a model is read beside its file, or, with null, forgets it. What was derived from the model has the
 * same head, and is read alike; what of it is not there stays as it is.
 * @param correction also as JSON
 * @throws StudioError `spec-invalid` where it does not fit, `file-unwritable` where it can't be kept, `file-not-found`
 */
export async function correctModel(
  variantId: string,
  correction: SpecCorrection | string | null,
  state: ProjectState,
  engine: EngineHost,
): Promise<void> {
  await state.usableVariant(variantId);
  await state.refreshPresence();
  const parsed =
    typeof correction === 'string' ? parseSpec(parseJson(correction, source), specCorrection, source) : correction;
  const present = new Set(state.view().variants.flatMap((variant) => (variant.present ? [variant.id] : [])));
  for (const { id, modelPath } of listDescent(state.read(), variantId)) {
    if (!present.has(id)) continue;
    const inspection = await engine.call('correct', { model: modelPath, correction: parsed });
    const stamp = await readingStamp(modelPath);
    state.update((document) => renewInspection(document, id, inspection, stamp));
  }
}
