import { refuseReplacing } from '../files.ts';
import type { OnnxModel } from './read.ts';

/**
 * Makes sure that writing to `out` would not replace the model that was read, nor one of its weight files: originals never
 * change.
 * @throws StudioError `bad-input`
 */
export function refuseOverwrite(model: OnnxModel, out: string): Promise<void> {
  return refuseReplacing(out, [model.path, ...model.externalFiles.map((file) => file.path)]);
}
