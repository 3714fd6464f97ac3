import { decodeImage } from '../detect/image.ts';
import { prepareInput } from '../detect/preprocess.ts';
import { makeInputTensor } from '../detect/tensorValues.ts';
import type { DetectorSpec } from '../types.ts';
import type { CalibrationInput } from './calibrate.ts';

/** A picture, prepared exactly as it is for detection. */
export function calibrationInput(path: string, spec: DetectorSpec): CalibrationInput {
  return { path, load: async () => makeInputTensor(prepareInput(await decodeImage(path), spec).data, spec) };
}

/** The input's shape, for batches of one picture. */
export function inputDims({ input }: DetectorSpec): number[] {
  return input.layout === 'NCHW' ? [1, 3, ...input.size] : [1, ...input.size, 3];
}
