import type { Agreement, ClassAgreement } from './agreement.ts';
import type { CocoFigures, EvaluationFigures } from './evaluation.ts';
import type { ModelFigures, ModelPrecision } from './model.ts';
import type { UnreadablePicture } from './pictures.ts';
import type { ProviderUse } from './providers.ts';
import type { LatencyFigures, StepTimes } from './times.ts';

/** COCO's sizes by area in image pixels: below 32², below 96², and above. */
export type BoxSize = 'small' | 'medium' | 'large';

/** How a box can differ from the baseline’s. `moved` is matched and visibly apart. */
export type DifferenceKind = 'lost' | 'extra' | 'moved' | 'changed-class';

/** Boxes of one picture that differ from the baseline's in the same way. */
export interface DifferenceGroup {
  readonly kind: DifferenceKind;
  /** As the baseline counts classes; of the baseline's box, save for extra ones. */
  readonly classId: number;
  readonly size: BoxSize;
  readonly count: number;
}

/** How many boxes of one picture differ, in each way. */
export interface ImageDifference {
  readonly path: string;
  readonly lost: number;
  readonly extra: number;
  readonly moved: number;
  readonly changedClass: number;
  /** The same boxes by kind, class and size; empty in comparisons of earlier versions. */
  readonly groups: readonly DifferenceGroup[];
}

/** One model of a comparison, the baseline included. */
export interface ComparedModel extends ModelFigures {
  readonly path: string;
  readonly name: string;
  readonly precision: ModelPrecision;
  readonly provider: ProviderUse;
  /** Of session.run alone, interleaved between the models; milliseconds. */
  readonly latency: LatencyFigures;
  /** Session creation, milliseconds. */
  readonly load: number;
  /** The first run of a fresh session, milliseconds; absent in comparisons of earlier versions. */
  readonly firstRun?: number;
  /** Highest resident size of the process while this model ran, bytes. */
  readonly peakMemory: number;
  /**
   * The process that memory was taken of: one that opened nothing but this model, or the engine's, which holds what ran before
   * as well.
   */
  readonly peakMemoryOf?: 'own-process' | 'engine';
  /** Medians over the compared pictures, milliseconds; `decode` is the same for all models. */
  readonly steps?: StepTimes;
  /** Absent for the baseline itself. */
  readonly agreement?: Agreement;
  /** Of every class that either model has boxes of; absent for the baseline itself. */
  readonly classes?: readonly ClassAgreement[];
  /** Against the labels of the dataset; absent where there is none. `coco` is that of the evaluation. */
  readonly coco?: CocoFigures;
  readonly evaluation?: EvaluationFigures;
  readonly images: readonly ImageDifference[];
}

/** `boxwright compare`. */
export interface CompareReport {
  readonly baseline: string;
  readonly models: readonly ComparedModel[];
  /** Of the worst variant per image, sorted by harm: lost boxes first. */
  readonly images: readonly ImageDifference[];
  readonly pareto: readonly {
    readonly path: string;
    readonly p50: number;
    readonly f1: number;
    /** The time is not that of the provider that was asked for. */
    readonly isInvalid?: true;
    readonly best: boolean;
  }[];
  readonly device: string;
  readonly threads: number;
  /** Pictures that were compared. */
  readonly imageCount: number;
  /** Thresholds at which the boxes were compared; absent in comparisons of earlier versions. */
  readonly confidence?: number;
  readonly iou?: number;
  /** Pictures that were left out because they could not be read; absent where all could. */
  readonly unreadable?: readonly UnreadablePicture[];
  /** The dataset whose labels the models were measured against; absent where they were not, and in earlier versions. */
  readonly dataset?: string;
  /** Paths of the pictures that the models were measured on against labels; absent where none were. */
  readonly labelled?: readonly string[];
  /** Sentences; absent where there is nothing to say. */
  readonly warnings?: readonly string[];
  /** Files that were written. */
  readonly report?: string;
  readonly csv?: string;
  readonly json?: string;
}
