import type { UnreadablePicture } from './pictures.ts';
import type { ProviderUse } from './providers.ts';
import type { StepTimes } from './times.ts';

/** COCO's twelve numbers, 0..1; -1 where no object is looked for. */
export interface CocoFigures {
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly APsmall: number;
  readonly APmedium: number;
  readonly APlarge: number;
  readonly AR1: number;
  readonly AR10: number;
  readonly AR100: number;
  readonly ARsmall: number;
  readonly ARmedium: number;
  readonly ARlarge: number;
}

/** Figures of one class; those that need objects are null where there are none. */
export interface EvaluatedClass {
  /** As the dataset numbers its classes. */
  readonly classId: number;
  readonly className: string;
  /** Objects that are looked for: without crowds and what the dataset marks as difficult. */
  readonly objects: number;
  readonly detections: number;
  readonly AP: number | null;
  readonly AP50: number | null;
  readonly AP75: number | null;
  readonly AR100: number | null;
  readonly interpolated50: number | null;
  readonly interpolated50_95: number | null;
  readonly vocAllPoint50: number | null;
  /** At the confidence of `bestF1`, overlap 0.5. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** The pictures on which each cell of a confusion matrix counts something; cells that count nothing are left out. */
export type ConfusionPictures = readonly {
  /** Row and column of `counts`. */
  readonly found: number;
  readonly truth: number;
  /** Indices into `CompareReport.labelled`, ascending. */
  readonly pictures: readonly number[];
  /** There are more, which were left out because they were too many. */
  readonly isCut?: boolean;
}[];

/** How good detections are where it is known what is there. */
export interface EvaluationFigures {
  readonly images: number;
  /** All that is labelled, ignored objects too. */
  readonly objects: number;
  readonly detections: number;
  /** As pycocotools computes them. */
  readonly coco: CocoFigures;
  /** As Ultralytics' training prints them: a line through precision and recall, read at 101 recalls. */
  readonly interpolated101: { readonly mAP50: number; readonly mAP50_95: number };
  /** By the rules of the VOC devkit at overlap 0.5, its boxes ending with their last pixel. */
  readonly voc: { readonly allPoint50: number; readonly elevenPoint50: number };
  readonly perClass: readonly EvaluatedClass[];
  readonly confusion: {
    /** Detections count above this score ... */
    readonly confidence: number;
    /** ... and meet an object above this overlap. */
    readonly iou: number;
    /** A row a predicted class and a column a true one, in the order of `perClass`; the last of both stands for nothing. */
    readonly counts: readonly (readonly number[])[];
    /** In comparisons; absent in those of earlier versions. */
    readonly pictures?: ConfusionPictures;
  };
  /** Where the mean F1 of the classes is highest, at overlap 0.5. */
  readonly bestF1: {
    readonly confidence: number;
    readonly f1: number;
    readonly precision: number;
    readonly recall: number;
  };
  /** Means over the classes that have objects, at overlap 0.5. */
  readonly curves: {
    /** Keeping the scores above each of these gives the values of `precision`, `recall` and `f1`. */
    readonly confidence: readonly number[];
    readonly precision: readonly number[];
    readonly recall: readonly number[];
    readonly f1: readonly number[];
    /** At each of these recalls COCO's precision is that of `precisionAtRecall`. */
    readonly recallPoints: readonly number[];
    readonly precisionAtRecall: readonly number[];
  };
}

/** Which classes of a model a dataset has. */
export interface ClassMapping {
  /** By equal names, or by equal numbers where no name is the same. */
  readonly by: 'name' | 'id';
  /** Classes of the model that the dataset does not have: what the model finds of them is not measured. */
  readonly onlyModel: readonly string[];
  /** Classes of the dataset that the model does not know: their objects count as missed. */
  readonly onlyDataset: readonly string[];
}

/** `boxwright evaluate` and `boxwright merge`. */
export interface EvaluateReport extends EvaluationFigures {
  /**
   * Milliseconds of matching and counting; of reading result files; and, with a model, of each step, on average over the
   * pictures.
   */
  readonly ms: { readonly evaluate: number; readonly read?: number } & Partial<StepTimes>;
  /** Sentences: what was left out, and what other programs would count differently. */
  readonly warnings: readonly string[];
  /** With a model. */
  readonly model?: string;
  readonly provider?: ProviderUse;
  readonly split?: string;
  readonly classMapping?: ClassMapping;
  /** Pictures that were left out because they could not be read; absent where all could. */
  readonly unreadable?: readonly UnreadablePicture[];
  /** The COCO result file that was written. */
  readonly predictions?: string;
  /** The file that keeps what the figures are made of, and which share of the pictures it holds. */
  readonly part?: { readonly path: string; readonly index: number; readonly count: number };
}
