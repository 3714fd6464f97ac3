import type { OperationContext } from '../api.ts';
import type { Detector } from '../detect/detector.ts';
import type { DecodedImage } from '../detect/image.ts';
import {
  type AgreementTally,
  addToTally,
  agreementFrom,
  countMoved,
  emptyTally,
  type Match,
  matchBoxes,
} from '../geometry/agreement.ts';
import { groupDifferences } from '../geometry/differenceGroups.ts';
import type { Agreement, Detection, ImageDifference, UnreadablePicture } from '../types.ts';
import { mapClasses } from './classes.ts';
import { visitPictures } from './pictures.ts';

/** At which scores and overlaps boxes count. */
interface AgreementOptions {
  readonly confidence: number;
  readonly iou: number;
  readonly maxDetections: number;
}

/** One picture as a variant sees it, against the baseline. */
export interface PictureMatch {
  readonly detections: readonly Detection[];
  readonly match: Match;
  readonly difference: ImageDifference;
}

/** A detector compared with the baseline, and what was counted so far. */
export interface Contestant {
  readonly detector: Detector;
  readonly tally: AgreementTally;
  /** Baseline class id per class id of this detector. */
  readonly classes: readonly number[];
}

/** Prepares a variant for comparison with the baseline. */
export function enterContestant(baseline: Detector, detector: Detector): Contestant {
  const classes = mapClasses(baseline.spec.classNames, detector.spec.classNames, {
    baseline: baseline.path,
    variant: detector.path,
  });
  return { detector, tally: emptyTally(), classes };
}

/** The boxes of one picture; the class is the baseline's, so that ids can be compared. */
export async function detectAs(
  { detector, classes }: Pick<Contestant, 'detector' | 'classes'>,
  image: DecodedImage,
  options: AgreementOptions,
): Promise<Detection[]> {
  const { detections } = await detector.detect(image, { ...options, multiLabel: false });
  return detections.map((detection) => ({ ...detection, classId: classes[detection.classId] ?? detection.classId }));
}

/** Runs one picture through a variant, matches its boxes to the baseline's and adds them to its tally. */
export async function matchPicture(
  path: string,
  image: DecodedImage,
  baseline: readonly Detection[],
  contestant: Contestant,
  options: AgreementOptions,
): Promise<PictureMatch> {
  const detections = await detectAs(contestant, image, options);
  const match = matchBoxes(baseline, detections);
  addToTally(contestant.tally, match, baseline, detections);
  const difference: ImageDifference = {
    path,
    lost: match.lost.length,
    extra: match.extra.length,
    moved: countMoved(match),
    changedClass: match.changedClass.length,
    groups: groupDifferences(match, baseline, detections),
  };
  return { detections, match, difference };
}

/**
 * How alike the variant's boxes are to the baseline's over pictures, the baseline's boxes at `confidence` being taken as
 * truth. Pictures that cannot be read are left out and listed.
 * @throws StudioError `no-images` when none can be read, `bad-input` when the classes differ
 */
export async function measureAgreement(
  baseline: Detector,
  variant: Detector,
  images: readonly string[],
  options: AgreementOptions,
  context: OperationContext,
): Promise<{ agreement: Agreement; images: ImageDifference[]; unreadable: UnreadablePicture[] }> {
  const contestant = enterContestant(baseline, variant);
  const differences: ImageDifference[] = [];
  const unreadable = await visitPictures(images, 'Comparing boxes', context, async (path, image) => {
    const { detections } = await baseline.detect(image, { ...options, multiLabel: false });
    const { difference } = await matchPicture(path, image, detections, contestant, options);
    differences.push(difference);
  });
  return { agreement: agreementFrom(contestant.tally), images: differences, unreadable };
}
