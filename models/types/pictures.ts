import type { Box } from './detections.ts';

/** Labels of one picture in YOLO's format. */
export interface LabelFile {
  readonly path: string;
  readonly objects: readonly LabelledObject[];
  /** Sentences about lines that could not be read; the others count all the same. */
  readonly problems: readonly string[];
}

/** One thing that is marked in a picture. */
export interface LabelledObject {
  readonly classId: number;
  readonly box: Box;
}

/** A picture that was left out, and why. */
export interface UnreadablePicture {
  readonly path: string;
  readonly message: string;
}
