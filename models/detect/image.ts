import { readFileSync, statSync } from 'node:fs';
import { Transformer } from '@napi-rs/image';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { type ImageHeader, readImageHeader } from './imageHeader.ts';
import { withoutMetadata } from './jpeg.ts';
import { dropAlpha, layOverBackdrop, orient, toRgb } from './pixels.ts';

/** A decoded picture: upright (EXIF orientation applied), 8-bit sRGB. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  /** 3 * width * height bytes: R, G, B of the first row's first pixel, and so on. */
  readonly rgb: Uint8Array;
}

const maximumPixels = 100_000_000;
const maximumBytes = 512 * 2 ** 20;

/**
 * Reads a picture. The pixels are decoded on a worker thread, so several calls may overlap with other work.
 * Transparent pixels are laid over grey 114; of an animation the first frame counts.
 * @throws StudioError `file-not-found`, `file-unreadable`, `image-unreadable`
 */
export async function decodeImage(path: string): Promise<DecodedImage> {
  const bytes = readImageFile(path);
  const header = readImageHeader(bytes);
  if (header.format === 'other') throw unreadable(path, describeContent(bytes));
  if (header.format === 'HEIC') {
    throw unreadable(path, 'is a HEIC picture, which is not supported', 'Save it as JPEG, PNG or WebP.');
  }
  if (header.width !== undefined && header.height !== undefined) checkSize(path, header.width, header.height);
  if (header.truncated) {
    throw unreadable(path, `is cut off: the ${header.format} data end too early`, 'Copy or download the file again.');
  }
  try {
    return await decodePixels(path, bytes, header);
  } catch (error) {
    if (error instanceof StudioError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StudioError('image-unreadable', `${path} is damaged and could not be decoded.`, {
      detail: reason.trim(),
      hint: 'Open it in another program and save it again, or leave it out.',
      cause: error,
    });
  }
}

async function decodePixels(path: string, bytes: Uint8Array, header: ImageHeader): Promise<DecodedImage> {
  switch (header.format) {
    case 'JPEG': {
      const { width, height, rgba } = await decodeWithSkia(withoutMetadata(bytes));
      return orient(dropAlpha(rgba), width, height, header.orientation ?? 1);
    }
    case 'GIF': {
      const { width, height, rgba } = await decodeWithSkia(bytes);
      return { width, height, rgb: layOverBackdrop(new Uint8Array(rgba.buffer), 4) };
    }
    default: {
      const transformer = new Transformer(bytes);
      const { width, height, colorType, orientation } = await transformer.metadata(true);
      checkSize(path, width, height);
      const rgb = toRgb(transformer.rawPixelsSync(), colorType); // decoded already: this is a copy
      if (rgb === null) throw unreadable(path, 'holds floating-point pixels, which are not supported');
      return orient(rgb, width, height, orientation ?? 1);
    }
  }
}

/**
 * Decodes with Skia, which carries libjpeg-turbo: to the bit what the usual readers of training pictures give, where
 * other decoders differ by a few grey levels. Loaded when first needed: it is large.
 */
async function decodeWithSkia(bytes: Uint8Array): Promise<{ width: number; height: number; rgba: Uint8ClampedArray }> {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas');
  const image = await loadImage(bytes);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/**
 * Reads at once rather than asynchronously: while the network runs, this thread stands still, and every further turn that
 * decoding takes would wait for the end of another run.
 */
function readImageFile(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size > maximumBytes) throw unreadable(path, `is larger than ${maximumBytes / 2 ** 20} MiB`);
    return readFileSync(path);
  } catch (error) {
    throw readFailure(path, error);
  }
}

/** Refuses pictures that would take too much memory. */
function checkSize(path: string, width: number, height: number): void {
  if (width * height > maximumPixels) {
    throw unreadable(
      path,
      `has ${width} x ${height} pixels, more than the limit of ${maximumPixels / 1e6} megapixels`,
      'Scale it down first, or cut it into tiles.',
    );
  }
  if (width === 0 || height === 0) throw unreadable(path, 'has no pixels');
}

/** What a file that is not a picture seems to be. */
function describeContent(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'is empty';
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1').trimStart();
  if (start.startsWith('version https://git-lfs')) {
    return 'is a Git LFS pointer, not the picture itself (run "git lfs pull" where it came from)';
  }
  if (/^<(!doctype|html)/i.test(start)) return 'is a web page saved under the name of a picture';
  return 'is not a picture in a known format (JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF)';
}

function unreadable(path: string, what: string, hint?: string): StudioError {
  return new StudioError('image-unreadable', `${path} ${what}.`, hint === undefined ? {} : { hint });
}
