import { stat } from 'node:fs/promises';
import { StudioError } from '../errors.ts';
import { systemErrorCode } from '../files.ts';
import type { OnnxModel } from './read.ts';

/** Device and inode, which tell a file whatever its path looks like; undefined where there is no such file yet. */
async function identify(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return undefined;
    throw new StudioError(
      'file-unwritable',
      `${path} cannot be written (${systemErrorCode(error) ?? 'unknown error'}).`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Makes sure that writing to `out` would not replace the model that was read, nor one of its weight files: originals never
 * change.
 * @throws StudioError `bad-input`
 */
export async function refuseOverwrite(model: OnnxModel, out: string): Promise<void> {
  const target = await identify(out);
  if (target === undefined) return;
  for (const path of [model.path, ...model.externalFiles.map((file) => file.path)]) {
    if ((await identify(path)) !== target) continue;
    throw new StudioError('bad-input', `${out} is the model that is read; the result must go to another file.`, {
      hint: 'Choose another name for the output.',
    });
  }
}
