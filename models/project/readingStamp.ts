import { stat } from 'node:fs/promises';
import { correctionPathOf } from '../correctionPath.ts';
import { version } from '../version.ts';

/**
 * What a model's reading is made by and from beside the model itself: this version of Boxwright, and the correction that is
 * kept beside the file. A reading with another stamp is out of date.
 */
export async function readingStamp(modelPath: string): Promise<string> {
  return stat(correctionPathOf(modelPath)).then(
    ({ mtimeMs, size }) => `${version} ${mtimeMs} ${size}`,
    () => version, // none, or one that cannot be looked at: reading the model says so
  );
}
