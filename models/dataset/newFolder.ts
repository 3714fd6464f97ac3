import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { StudioError } from '../errors.ts';
import { makeFolder, systemErrorCode } from '../files.ts';

/**
 * Writes a folder whole or not at all: what `write` puts into a folder of its own beside it gets its name when all is done.
 * @throws StudioError `file-unwritable`
 */
export async function writeNewFolder(out: string, write: (folder: string) => Promise<void>): Promise<void> {
  const target = resolve(out);
  const partial = `${target}.${process.pid}.partial`;
  try {
    await makeFolder(dirname(target));
    await mkdir(partial);
    await write(partial);
    await rmdir(target).catch(() => undefined); // an empty folder of that name gives way
    await rename(partial, target);
  } catch (error) {
    // The first fault is the one to tell, whether or not the remains can be cleared away.
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    if (systemErrorCode(error) === undefined) throw error;
    throw unwritable(out, error);
  }
}

function unwritable(out: string, error: unknown): StudioError {
  return new StudioError('file-unwritable', `${out} could not be written (${systemErrorCode(error)}).`, {
    hint: 'Check that the folder above it is writable and has space left.',
    cause: error,
  });
}

/**
 * Makes sure, before any work is done, that a folder can be written anew.
 * @param source the folder of what is read, which must stay as it is
 * @throws StudioError `bad-input` where `out` lies in `source` or holds something; `file-unwritable`
 */
export async function requireNewFolder(out: string, source: string): Promise<void> {
  const target = resolve(out);
  const way = relative(source, target);
  if (way === '' || !(way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way)) {
    throw new StudioError('bad-input', `${target} lies in the dataset itself, which is never changed.`, {
      hint: 'Name a folder elsewhere.',
    });
  }
  const names = await readdir(target).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw new StudioError('bad-input', `${target} is no folder.`, { cause: error });
  });
  if (names.length > 0) {
    throw new StudioError('bad-input', `${target} holds something already.`, {
      hint: 'Name a folder that is new or empty.',
    });
  }
  const probe = `${target}.${process.pid}.partial`;
  try {
    await makeFolder(dirname(target));
    await mkdir(probe);
    await rmdir(probe);
  } catch (error) {
    throw unwritable(out, error);
  }
}
