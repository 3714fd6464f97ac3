import type { ErrorReport } from '../models/errors.ts';
import { reportError } from '../models/errors.ts';
import { renewInspection } from '../models/project/project.ts';
import { readingStamp } from '../models/project/readingStamp.ts';
import type { StoredVariant } from '../models/project/schemas.ts';
import type { EngineHost } from './engineHost.ts';
import type { ProjectState } from './projectState.ts';

/**
 * Has every model read anew whose reading in the project is out of date: a correction beside it was made, changed or deleted by
 * other means, or another version of Boxwright read it. One that cannot be read keeps what it had, and `notify` hears why.
 */
export async function renewReadings(
  state: ProjectState,
  engine: EngineHost,
  notify: (error: ErrorReport) => void,
): Promise<void> {
  for (const { id, present } of state.view().variants) {
    if (!present) continue;
    const variant = state.read().variants.find((known) => known.id === id);
    if (variant === undefined) continue; // removed meanwhile
    const stamp = await readingStamp(variant.modelPath);
    if (stamp === variant.readAs && !isForgotten(variant)) continue;
    try {
      const inspection = await engine.call('inspect', { model: variant.modelPath });
      state.update((document) => renewInspection(document, id, inspection, stamp));
    } catch (error) {
      // Once: it is tried again when something has changed.
      state.update((document) => renewInspection(document, id, variant.inspection, stamp));
      notify(reportError(error));
    }
  }
}

/** True where the project held a reading of an older form, which was dropped when it was opened. */
function isForgotten({ inspection }: StoredVariant): boolean {
  return inspection.detector === null && inspection.notRunnableBecause === undefined;
}
