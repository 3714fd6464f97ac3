import type { PictureMatch } from '../evaluate/agreement.ts';
import type { Detection, ImageDifference } from '../types.ts';

/** One picture of the report: what the baseline saw and how each variant's boxes match. */
export interface ComparedPicture {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Under the variant that harms it most. */
  readonly worst: ImageDifference;
  readonly baseline: readonly Detection[];
  /** In the order of the variants. */
  readonly variants: readonly PictureMatch[];
}
