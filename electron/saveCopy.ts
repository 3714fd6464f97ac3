import { copyFile, rename, rm } from 'node:fs/promises';
import { StudioError } from '../models/errors.ts';
import { systemErrorCode } from '../models/files.ts';

/**
 * Copies a file so that `to` is either as it was or whole.
 * @throws StudioError `file-unwritable`
 */
export async function saveCopy(from: string, to: string): Promise<void> {
  const partial = `${to}.${process.pid}.partial`;
  try {
    await copyFile(from, partial);
    await rename(partial, to);
  } catch (error) {
    // The first fault is the one to tell, whether or not the remains can be cleared away.
    await rm(partial, { force: true }).catch(() => undefined);
    throw new StudioError(
      'file-unwritable',
      `${to} could not be written (${systemErrorCode(error) ?? 'unknown error'}).`,
      {
        hint: 'Check that the folder is writable and has space left.',
        cause: error,
      },
    );
  }
}
