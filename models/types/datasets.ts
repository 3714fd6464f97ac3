import type { datasetFormats } from '../choices.ts';

/** How the labels of a dataset are written. */
export type DatasetFormat = (typeof datasetFormats)[number];

/** What can be wrong with a dataset. */
export type DatasetFindingKind =
  | 'unreadable-image'
  | 'image-without-labels'
  | 'labels-without-image'
  | 'unreadable-label'
  | 'unknown-class'
  | 'empty-box'
  | 'outside-image'
  | 'duplicate-box'
  | 'size-differs'
  | 'duplicate-image'
  | 'similar-images';

/** One thing that is wrong with a dataset. */
export interface DatasetFinding {
  readonly kind: DatasetFindingKind;
  /** The picture or label file; of labels without a picture in a COCO file the JSON file. */
  readonly path: string;
  readonly split?: string;
  readonly message: string;
}

/** `boxwright dataset check`. */
export interface DatasetCheckReport {
  readonly path: string;
  readonly format: DatasetFormat;
  readonly splits: readonly {
    readonly name: string;
    readonly images: number;
    /** Pictures in which nothing is marked, though they have labels. */
    readonly backgrounds: number;
    readonly objects: number;
  }[];
  readonly classes: readonly {
    readonly classId: number;
    readonly className: string;
    readonly objects: number;
    readonly images: number;
  }[];
  /** How often each kind was found; 0 for the others. */
  readonly counts: Readonly<Record<DatasetFindingKind, number>>;
  /** At most 10,000 of each kind. */
  readonly findings: readonly DatasetFinding[];
  /** False where the pixels were not looked at: whether they decode and which pictures look the same is then not known. */
  readonly decoded: boolean;
  readonly notes: readonly string[];
}

/** `boxwright dataset convert`. */
export interface DatasetConvertReport {
  readonly out: string;
  readonly from: DatasetFormat;
  readonly to: DatasetFormat;
  /** What to open: a data.yaml, a JSON file, or the folder. */
  readonly opens: readonly string[];
  readonly images: number;
  readonly objects: number;
  readonly copiedImages: number;
  /** What the other format cannot say, and what was left out. */
  readonly notes: readonly string[];
}

/** `boxwright dataset split`. */
export interface DatasetSplitReport {
  readonly out: string;
  /** What to open. */
  readonly opens: readonly string[];
  readonly seed: number;
  readonly splits: readonly {
    readonly name: string;
    readonly images: number;
    readonly objects: number;
    readonly share: number;
    /** By class id. */
    readonly objectsByClass: readonly number[];
  }[];
  readonly classNames: readonly string[];
  /** Groups of pictures that look the same, which were kept together, and how many pictures are in them. */
  readonly groups: { readonly count: number; readonly images: number };
  readonly notes: readonly string[];
}
