import type { OperationContext } from '../api.ts';
import type { Detector } from '../detect/detector.ts';
import { decodeImage } from '../detect/image.ts';
import { StudioError } from '../errors.ts';
import type { StepTimes } from '../types.ts';
import { median } from './quantile.ts';

/** Pictures are decoded alone for a figure until this many are done. */
const decodedPictures = 20;

/** A detector that notes how long its steps take, and the medians over the pictures so far, in milliseconds. */
export function recordSteps(detector: Detector): {
  readonly detector: Detector;
  readonly readMedians: () => Omit<StepTimes, 'decode'> | undefined;
} {
  const noted: Omit<StepTimes, 'decode'>[] = [];
  const medianOf = (step: 'preprocess' | 'inference' | 'postprocess') => median(noted.map((ms) => ms[step]));
  return {
    detector: {
      ...detector,
      async detect(image, settings, whenRan) {
        const found = await detector.detect(image, settings, whenRan);
        noted.push(found.ms);
        return found;
      },
    },
    readMedians: () =>
      noted.length === 0
        ? undefined
        : {
            preprocess: medianOf('preprocess'),
            inference: medianOf('inference'),
            postprocess: medianOf('postprocess'),
          },
  };
}

/**
 * Median milliseconds from file to pixels, one picture at a time with nothing beside it; of the first 20 that can be read. NaN
 * where none can.
 */
export async function timeDecoding(images: readonly string[], { signal }: OperationContext): Promise<number> {
  const times: number[] = [];
  for (const path of images) {
    if (times.length === decodedPictures) break;
    signal.throwIfAborted();
    const started = performance.now();
    try {
      await decodeImage(path);
      times.push(performance.now() - started);
    } catch (error) {
      if (!(error instanceof StudioError)) throw error; // whoever looks at the pictures reports those that cannot be read
    }
  }
  return median(times);
}
