import type { PictureSize, TruthObject } from './dataset.ts';

/** A picture on its way into another format. */
export interface LabelledPicture {
  /** Where it lies now. */
  readonly path: string;
  readonly split: string;
  /** Its file name in the new dataset, unique there. */
  readonly name: string;
  readonly size: PictureSize;
  readonly objects: readonly TruthObject[];
}

/** What is written into the folder of a new dataset. */
export interface WrittenDataset {
  /** Text by path below the folder, "/" between folders. */
  readonly files: ReadonlyMap<string, string>;
  /** Where a picture belongs, as a path below the folder. */
  readonly placeOf: (picture: LabelledPicture) => string;
  /** Which of the files, or "." for the folder, is to be opened. */
  readonly opens: readonly string[];
}

/** A number of at most so many decimals, without zeros at the end. */
export function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0; // no "-0"
}
