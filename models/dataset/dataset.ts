import { StudioError } from '../errors.ts';
import type { Box, DatasetFormat } from '../types.ts';

/** Pictures and what a person marked in them, read where they lie. */
export interface Dataset {
  readonly format: DatasetFormat;
  /** What was opened: a data.yaml, a COCO JSON file or a folder. */
  readonly path: string;
  /** The folder that ids of pictures start at. */
  readonly root: string;
  /** By class id; empty where nothing names the classes. */
  readonly classNames: readonly string[];
  readonly splits: readonly DatasetSplit[];
  /** Sentences about what was passed over while opening. */
  readonly notes: readonly string[];
  /**
   * What is marked in one of its pictures. Shares of a picture need its size: `size`, or what the picture's header says.
   * @param size in pixels of the picture turned by its EXIF orientation, where the caller knows it
   * @throws StudioError `file-not-found`, `file-unreadable`, `image-unreadable` where the size is needed and cannot be read
   */
  readonly readTruth: (image: DatasetImage, size?: PictureSize) => Promise<ImageTruth>;
  /** Label files, or annotations, that belong to no picture of the dataset. */
  readonly findOrphans: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** Pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Pictures of a dataset that serve one purpose. */
export interface DatasetSplit {
  /** "train", "val", "test", or "all" where the dataset is not divided. */
  readonly name: string;
  readonly images: readonly DatasetImage[];
  /** Of a COCO file: the ids of its categories, by class id. */
  readonly categoryIds?: readonly (number | string)[];
}

/** A picture of a dataset, not read yet. */
export interface DatasetImage {
  readonly path: string;
  /** Unique within the dataset: the id in a COCO file, else the path below the root with "/" between folders. */
  readonly id: number | string;
  /** Pixels, as the dataset says; YOLO says nothing. */
  readonly width?: number;
  readonly height?: number;
}

/** What a person marked in one picture. */
export interface ImageTruth {
  /** The file that holds the labels; null where the picture has none. */
  readonly path: string | null;
  /** In the order of the file; boxes without area and boxes that reach out of the picture are among them, and in `flaws` too. */
  readonly objects: readonly TruthObject[];
  readonly flaws: readonly LabelFlaw[];
  /** The size of the picture that the labels were made for, where they tell it. */
  readonly size?: PictureSize;
}

/** One object that a person marked. */
export interface TruthObject {
  /** The annotation's id in a COCO file, else its place among those of the picture, from 1. */
  readonly id: number | string;
  readonly classId: number;
  /** Pixels of the picture turned by its EXIF orientation; pixel n spans n to n + 1. */
  readonly box: Box;
  /** Square pixels: the area a COCO file gives (of the outline), else that of the box. */
  readonly area: number;
  /** A box around many objects: boxes inside it are neither right nor wrong. */
  readonly crowd: boolean;
  /** COCO's "ignore", VOC's "difficult": finding it or not counts for nothing. */
  readonly ignore: boolean;
}

/** Something wrong with one label. */
export interface LabelFlaw {
  readonly kind: 'empty-box' | 'outside-image' | 'unknown-class' | 'unreadable-label' | 'duplicate-box';
  /** A sentence that says where in the file and what. */
  readonly message: string;
}

/** The splits that stand for a dataset where none is named: what one measures on, best first. */
const preferredSplits = ['val', 'valid', 'validation', 'test', 'train'];

/**
 * The split of that name, or the one to measure on: "val", else "test", else "train", else the first.
 * @throws StudioError `bad-input` where there is no split of that name, `dataset-invalid` where there is none at all
 */
export function chooseSplit(dataset: Dataset, name?: string): DatasetSplit {
  const { path, splits } = dataset;
  const names = splits.map((split) => split.name);
  const wanted = name ?? preferredSplits.find((preferred) => names.includes(preferred)) ?? names[0];
  if (wanted === undefined) throw new StudioError('dataset-invalid', `${path} names no pictures.`);
  const found = splits.find((split) => split.name === wanted);
  if (found === undefined) throw noSuchSplit(path, wanted, splits);
  return found;
}

/** @param splits those that are there */
export function noSuchSplit(path: string, name: string, splits: readonly { readonly name: string }[]): StudioError {
  return new StudioError('bad-input', `${path} has no split "${name}".`, {
    hint: `It has ${splits.map((split) => `"${split.name}"`).join(', ')}.`,
  });
}
