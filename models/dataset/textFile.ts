import { open } from 'node:fs/promises';
import { StudioError } from '../errors.ts';
import { readFailure, systemErrorCode } from '../files.ts';

/**
 * The text of a UTF-8 file without its byte order mark; null where there is no such file.
 * @throws StudioError `dataset-invalid` where it is larger than `maximumBytes`, `file-unreadable`
 */
export async function readTextIfAny(path: string, maximumBytes: number): Promise<string | null> {
  try {
    const handle = await open(path, 'r');
    try {
      const status = await handle.stat();
      if (!status.isFile()) return null;
      if (status.size > maximumBytes) {
        throw new StudioError('dataset-invalid', `${path} is larger than ${maximumBytes / 2 ** 20} MB.`);
      }
      return (await handle.readFile('utf8')).replace(/^\ufeff/, '');
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return null;
    throw readFailure(path, error);
  }
}

/**
 * The text of a UTF-8 file without its byte order mark.
 * @throws StudioError `file-not-found`, `dataset-invalid` where it is larger than `maximumBytes`, `file-unreadable`
 */
export async function readText(path: string, maximumBytes: number): Promise<string> {
  const text = await readTextIfAny(path, maximumBytes);
  if (text === null) throw new StudioError('file-not-found', `${path} does not exist.`);
  return text;
}
