import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../errors.ts';
import { makeFolder, systemErrorCode } from '../files.ts';

/** A search that was stopped goes on from this file, which `quantize` keeps beside its output. */
const searchState = /\.search\.json$/;

/** Where the models between the first and the last step of a chain lie: beside its output, always at the same place. */
export interface StepFolder {
  /** The model that a step makes, counted from 0. */
  readonly fileOf: (step: number) => string;
  /** Deletes what was made; where the chain was not finished, all but what an interrupted search left. */
  readonly clear: (finished: boolean) => Promise<void>;
}

/** @throws StudioError `file-unwritable` */
export async function openStepFolder(out: string): Promise<StepFolder> {
  const folder = `${out}.steps`;
  await makeFolder(folder).catch((error: unknown) => {
    const code = systemErrorCode(error) ?? 'unknown error';
    throw new StudioError('file-unwritable', `The folder ${folder} could not be made (${code}).`, { cause: error });
  });
  return {
    fileOf: (step) => join(folder, `${step + 1}.onnx`),
    async clear(finished) {
      for (const name of await readdir(folder)) {
        const isOurs = /^\d+\.onnx(\.|$)/.test(name);
        if (isOurs && (finished || !searchState.test(name))) await rm(join(folder, name), { force: true });
      }
      await rmdir(folder).catch((error: unknown) => {
        if (!['ENOTEMPTY', 'EEXIST'].includes(systemErrorCode(error) ?? '')) throw error;
      });
    },
  };
}
