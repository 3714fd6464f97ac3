import { openDetector, openDetectorFromProto } from '../detect/detector.ts';
import type { Judge } from '../gate.ts';
import { agreementFrom } from '../geometry/agreement.ts';
import { lookingThresholds } from '../thresholds.ts';
import type { Detection } from '../types.ts';
import { enterContestant, matchPicture } from './agreement.ts';
import { visitPictures } from './pictures.ts';

/**
 * A judge over pictures. The original runs over them once, when it is first asked; after that a variant alone does, read and
 * fed as the original is.
 * @param spec a file that corrects how the original is read
 */
export function makeJudge(original: string, spec: string | undefined, images: readonly string[]): Judge {
  const known = new Map<string, readonly Detection[]>();
  return async (bytes, context) => {
    const baseline = await openDetector(original, { spec });
    try {
      const detector = await openDetectorFromProto(bytes, baseline.spec, { name: `The variant of ${original}` });
      try {
        const contestant = enterContestant(baseline, detector);
        await visitPictures(images, 'Comparing boxes', context, async (path, image) => {
          const boxes =
            known.get(path) ?? (await baseline.detect(image, { ...lookingThresholds, multiLabel: false })).detections;
          known.set(path, boxes);
          await matchPicture(path, image, boxes, contestant, lookingThresholds);
        });
        return agreementFrom(contestant.tally);
      } finally {
        await detector.close();
      }
    } finally {
      await baseline.close();
    }
  };
}
