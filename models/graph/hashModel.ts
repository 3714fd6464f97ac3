import { createHash } from 'node:crypto';
import { hashFile } from '../files.ts';
import { readModel } from './read.ts';

/**
 * SHA-256 that tells a model by all it holds: of its file or, where that names weight files, over the hashes of all of them.
 * @throws StudioError about the model, as `readModel`
 */
export async function hashModel(path: string): Promise<string> {
  const { externalFiles } = await readModel(path);
  const own = await hashFile(path);
  if (externalFiles.length === 0) return own;
  const whole = createHash('sha256').update(own);
  for (const file of externalFiles) whole.update(await hashFile(file.path));
  return whole.digest('hex');
}
