import { stat } from 'node:fs/promises';
import { hashFile } from '../files.ts';

export type Presence =
  | { readonly present: true; readonly modified: number }
  /** Gone, unreadable, or no longer the same content. */
  | { readonly present: false };

/**
 * Whether a model file still is what it was. A file of the same size and time is taken as the same; one of the same
 * size with a new time is hashed.
 */
export async function checkPresence(file: {
  readonly modelPath: string;
  readonly bytes: number;
  readonly modified: number;
  readonly sha256: string;
}): Promise<Presence> {
  try {
    const status = await stat(file.modelPath);
    if (!status.isFile() || status.size !== file.bytes) return { present: false };
    if (status.mtimeMs === file.modified) return { present: true, modified: file.modified };
    const isSame = (await hashFile(file.modelPath)) === file.sha256;
    return isSame ? { present: true, modified: status.mtimeMs } : { present: false };
  } catch {
    // A file that can't be looked at can't be used either; whatever the reason, it is not present.
    return { present: false };
  }
}
