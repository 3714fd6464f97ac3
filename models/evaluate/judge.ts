import type { OperationContext } from '../api.ts';
import { openDetector, openDetectorFromProto } from '../detect/detector.ts';
import { agreementFrom } from '../geometry/agreement.ts';
import type { Agreement, Detection } from '../types.ts';
import { type AgreementOptions, enterContestant, matchPicture } from './agreement.ts';
import { visitPictures } from './pictures.ts';

/** Says how alike variants that are not on disk yet are to the model they were made from. */
export interface Judge {
  /** @param bytes an ONNX file of the variant, which is read and fed as the original is */
  readonly judge: (bytes: Uint8Array, context: OperationContext) => Promise<Agreement>;
}

/**
 * A judge over pictures. The original runs over them once, when it is first asked; after that a variant alone does.
 * @param spec a file that corrects how the original is read
 */
export function makeJudge(
  original: string,
  spec: string | undefined,
  images: readonly string[],
  options: AgreementOptions,
): Judge {
  const known = new Map<string, readonly Detection[]>();
  const judge: Judge['judge'] = async (bytes, context) => {
    const baseline = await openDetector(original, { spec });
    try {
      const detector = await openDetectorFromProto(bytes, baseline.spec, { name: `The variant of ${original}` });
      try {
        const contestant = enterContestant(baseline, detector);
        await visitPictures(images, 'compare boxes', context, async (path, image) => {
          const boxes = known.get(path) ?? (await baseline.detect(image, { ...options, multiLabel: false })).detections;
          known.set(path, boxes);
          await matchPicture(path, image, boxes, contestant, options);
        });
        return agreementFrom(contestant.tally);
      } finally {
        await detector.close();
      }
    } finally {
      await baseline.close();
    }
  };
  return { judge };
}
