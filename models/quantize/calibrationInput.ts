import { decodeImage } from '../detect/image.ts';
import { prepareInput } from '../detect/preprocess.ts';
import { makeExtraInputs, makeInputTensor } from '../detect/tensorValues.ts';
import type { DetectorSpec } from '../types.ts';
import type { CalibrationInput } from './calibrate.ts';

/** A picture, prepared exactly as it is for detection. */
export function calibrationInput(path: string, spec: DetectorSpec): CalibrationInput {
  const load = async () => makeInputTensor(prepareInput(await decodeImage(path), spec).data, spec);
  return { path, load, extra: makeExtraInputs(spec) };
}

/** The input's shape, with as many pictures as the graph takes at once. */
export function inputDims({ input }: DetectorSpec): number[] {
  return input.layout === 'NCHW' ? [input.batch, 3, ...input.size] : [input.batch, ...input.size, 3];
}
