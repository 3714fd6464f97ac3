import { StudioError } from '../errors.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture as a decoder gives it: interleaved 8-bit RGB, row by row. */
export interface RgbImage extends Size {
  readonly rgb: Uint8Array;
}

/** A picture as the product passes it on: opaque 8-bit RGBA, row by row, a word of 32 bits each pixel. */
export interface RgbaImage extends Size {
  readonly rgba: Uint8Array;
}

/** Pictures with more pixels are refused: decoding one may take eight bytes for each of them. */
const maximumPixels = 100_000_000;

/** Larger files are not read. */
export const maximumImageBytes = 512 * 2 ** 20;

/**
 * Refuses a picture of which any part, as its header tells, would take too much memory or none.
 * @throws StudioError `image-unreadable`
 */
export function checkSizes(path: string, sizes: readonly Size[]): void {
  for (const { width, height } of sizes) {
    if (width * height > maximumPixels) {
      throw imageUnreadable(
        path,
        `has ${width} x ${height} pixels, more than the limit of ${maximumPixels / 1e6} megapixels`,
        'Scale it down first, or cut it into tiles.',
      );
    }
    if (width === 0 || height === 0) throw imageUnreadable(path, 'has no pixels');
  }
}

/** @param what goes on after the path: "is empty" */
export function imageUnreadable(path: string, what: string, hint?: string): StudioError {
  return new StudioError('image-unreadable', `${path} ${what}.`, { hint });
}
