import type { DecodedImage } from '../detect/image.ts';
import { toRgba } from '../detect/pixels.ts';

/** A picture whose red, green and blue come from a function of column, row and channel. */
export function paintPicture(
  width: number,
  height: number,
  valueAt: (column: number, row: number, channel: number) => number,
): DecodedImage {
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return valueAt(pixel % width, Math.floor(pixel / width), index % 3);
  });
  return toRgba({ width, height, rgb });
}

/** Red, green and blue of every pixel, one after the other. */
export function rgbOf({ rgba }: Pick<DecodedImage, 'rgba'>): Uint8Array {
  return rgba.filter((_, index) => index % 4 !== 3);
}
