import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StudioError } from './errors.ts';

/** The code of a Node system error (`ENOENT`, `EACCES` ...), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * What to tell when a file cannot be read: `file-not-found` or `file-unreadable`. A fault that was told already stays as it
 * is.
 */
export function readFailure(path: string, error: unknown): StudioError {
  if (error instanceof StudioError) return error;
  const code = systemErrorCode(error);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new StudioError('file-not-found', `${path} does not exist.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new StudioError('file-unreadable', `${path} may not be read: permission was denied.`, {
        hint: 'Change the permissions of the file, or copy it to a folder of yours.',
        cause: error,
      });
    default:
      return new StudioError('file-unreadable', `${path} could not be read (${code ?? 'unknown error'}).`, {
        cause: error,
      });
  }
}

/**
 * Makes a folder and those above it that are missing. Not `mkdir`'s own `recursive`: where the system refuses a folder whose
 * parent exists with "no such file", as below /proc, that one tries for ever.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') throw error; // another process was faster, or a file: writing will tell
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Writes a whole file so that a crash at any moment leaves either the old content or the new: `<path>.partial`, fsync,
 * rename. Makes the folder when it is missing.
 * @throws StudioError `file-unwritable`
 */
export function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  return replaceFile(path, (partial) => writeFile(partial, content, { flush: true }));
}

/**
 * Copies a file so that `to` is either as it was or whole. Makes the folder when it is missing.
 * @throws StudioError `file-unwritable`
 */
export function copyFileAtomically(from: string, to: string): Promise<void> {
  return replaceFile(to, async (partial) => {
    await copyFile(from, partial);
    const copy = await open(partial, 'r+');
    await copy.sync().finally(() => copy.close());
  });
}

async function replaceFile(path: string, writePartial: (partial: string) => Promise<void>): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await makeFolder(dirname(path));
    await writePartial(partial);
    await rename(partial, path);
  } catch (error) {
    // The first fault is the one to tell, whether or not the remains can be cleared away.
    await rm(partial, { force: true }).catch(() => undefined);
    throw writeFailure(path, error);
  }
}

/** What to tell when a file cannot be written: `file-unwritable`. */
export function writeFailure(path: string, error: unknown): StudioError {
  return new StudioError(
    'file-unwritable',
    `${path} could not be written (${systemErrorCode(error) ?? 'unknown error'}).`,
    {
      hint: 'Check that the folder exists, is writable and has space left.',
      cause: error,
    },
  );
}

/**
 * Makes sure, before hours of work, that a file can be written at the end of them. Makes the folder when it is missing.
 * @throws StudioError `file-unwritable`
 */
export async function requireWritable(path: string): Promise<void> {
  if (await isFolder(path)) {
    throw new StudioError('file-unwritable', `${path} is a folder.`, { hint: 'Name a file in it.' });
  }
  const probe = `${path}.${process.pid}.partial`;
  try {
    await makeFolder(dirname(path));
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Device and inode, which tell a file whatever its path looks like; undefined where there is no such file yet. */
async function identify(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw writeFailure(path, error);
  }
}

/**
 * Makes sure that writing to `out` would not replace what is read: originals never change.
 * @throws StudioError `bad-input`
 */
export async function refuseReplacing(out: string, inputs: readonly (string | undefined)[]): Promise<void> {
  const target = await identify(out);
  if (target === undefined) return;
  for (const path of inputs) {
    if (path === undefined || (await identify(path)) !== target) continue;
    throw new StudioError('bad-input', `${out} is read itself; the result must go to another file.`, {
      hint: 'Choose another name for the output.',
    });
  }
}

/** SHA-256 of a file in lower-case hex, streamed. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
