import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StudioError } from './errors.ts';

/** The code of a Node system error (`ENOENT`, `EACCES` ...), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Writes a whole file so that a crash at any moment leaves either the old content or the new: `<path>.partial`, fsync,
 * rename. Makes the folder when it is missing.
 * @throws StudioError `file-unwritable`
 */
export async function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(partial, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    // The first fault is the one to tell, whether or not the remains can be cleared away.
    await rm(partial, { force: true }).catch(() => undefined);
    throw new StudioError(
      'file-unwritable',
      `${path} could not be written (${systemErrorCode(error) ?? 'unknown error'}).`,
      {
        hint: 'Check that the folder exists, is writable and has space left.',
        cause: error,
      },
    );
  }
}

/** SHA-256 of a file in lower-case hex, streamed. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
