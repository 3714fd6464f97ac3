import { open } from 'node:fs/promises';
import { StudioError } from '../../errors.ts';
import { readFailure } from '../../files.ts';

/** Node reads no more into one buffer. COCO's largest file of annotations is a quarter of it. */
const maximumBytes = 2 ** 31 - 1;

/**
 * The bytes of a JSON file.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid` where it is too large
 */
export async function readJsonBytes(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > maximumBytes) {
        throw new StudioError('dataset-invalid', `${path} is larger than 2 GB.`, {
          hint: 'Leave out the outlines of segments, which are not needed to measure boxes.',
        });
      }
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readFailure(path, error);
  }
}
