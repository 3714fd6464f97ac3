import { readFileSync, statSync } from 'node:fs';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { plainAvif } from './imageAvif.ts';
import { describeContent } from './imageContent.ts';
import { decodeSamples, decodeWithSkia } from './imageDecoders.ts';
import { type ImageHeader, readImageHeader } from './imageHeader.ts';
import { checkSizes, imageUnreadable, maximumImageBytes, type RgbaImage } from './imageLimits.ts';
import { barePng } from './imagePng.ts';
import { decodeTiff } from './imageTiff.ts';
import { readWebp, type WebpFrame } from './imageWebp.ts';
import { withoutMetadata } from './jpeg.ts';
import { orient, placeOnBackdrop, toRgb, toRgba } from './pixels.ts';

/** A decoded picture: upright (EXIF orientation applied), opaque 8-bit sRGB with alpha, from the first row's first pixel on. */
export type DecodedImage = RgbaImage;

/**
 * Reads a picture. The pixels are decoded on a worker thread, so several calls may overlap with other work.
 * Transparent pixels are laid over grey 114; of an animation the first frame counts. A picture that claims more pixels than
 * the limit, or does not tell how many it has, is refused before any is decoded.
 * @throws StudioError `file-not-found`, `file-unreadable`, `image-unreadable`
 */
export async function decodeImage(path: string): Promise<DecodedImage> {
  const bytes = readImageFile(path);
  const header = readImageHeader(bytes);
  if (header === null) throw imageUnreadable(path, ...describeContent(bytes));
  checkSizes(path, header.sizes);
  if (header.truncated) {
    throw imageUnreadable(
      path,
      `is cut off: the ${header.format} data end too early`,
      'Copy or download the file again.',
    );
  }
  if (header.unsupported !== undefined) {
    const what = `is a ${header.format} picture ${header.unsupported}, which is not supported`;
    throw imageUnreadable(path, what, 'Open it in another program and save it with 8 bits a sample.');
  }
  const [stored] = header.sizes;
  if (stored === undefined) throw damaged(path, `The ${header.format} header does not tell a size.`);
  try {
    return orient(await decodePixels(path, bytes, header), header.orientation);
  } catch (error) {
    if (error instanceof StudioError) throw error;
    throw explainFailure(path, header, error);
  }
}

/** The picture as it is stored, not yet turned (except AVIF, whose decoder turns it). */
async function decodePixels(path: string, bytes: Uint8Array, header: ImageHeader): Promise<RgbaImage> {
  switch (header.format) {
    case 'JPEG':
      return decodeWithSkia(withoutMetadata(bytes), false);
    case 'GIF':
      return decodeWithSkia(bytes, true);
    case 'AVIF':
      return decodeWithSkia(plainAvif(bytes), true);
    case 'WebP': {
      const { frame, sizes } = readWebp(bytes);
      const [canvas] = sizes;
      if (frame === undefined || canvas === undefined) throw damaged(path, 'Its frame does not fit its canvas.');
      return placeOnBackdrop(await decodeWebpFrame(frame), frame.x, frame.y, canvas);
    }
    case 'PNG':
      return decodeOpenly(barePng(bytes));
    case 'BMP':
      return isOldBitmap(bytes) ? decodeWithSkia(bytes, false) : decodeOpenly(bytes);
    case 'TIFF':
      return toRgba(await decodeTiff(path, bytes));
  }
}

async function decodeWebpFrame(frame: WebpFrame): Promise<RgbaImage> {
  return frame.mayBeTransparent ? decodeOpenly(frame.bytes) : decodeWithSkia(frame.bytes, false);
}

/** Through the decoder that keeps alpha and 16-bit samples as they are. */
async function decodeOpenly(bytes: Uint8Array): Promise<RgbaImage> {
  const { width, height, samples, colorType } = await decodeSamples(bytes);
  const rgb = toRgb(samples, colorType);
  if (rgb === null) throw new Error(`Samples of kind ${colorType} are not supported.`);
  return toRgba({ width, height, rgb });
}

/** A bitmap with the 12-byte header of OS/2, which the other decoder misreads. */
function isOldBitmap(bytes: Uint8Array): boolean {
  return bytes[14] === 12 && bytes[15] === 0;
}

/**
 * Reads at once rather than asynchronously: while the network runs, this thread stands still, and every further turn that
 * decoding takes would wait for the end of another run.
 */
function readImageFile(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (status.isDirectory()) throw new StudioError('file-unreadable', `${path} is a folder, not a picture.`);
    // Reading a pipe or a device could wait for ever.
    if (!status.isFile()) throw new StudioError('file-unreadable', `${path} is a pipe or a device, not a picture.`);
    if (status.size > maximumImageBytes) {
      const limit = `${maximumImageBytes / 2 ** 20} MiB`;
      throw imageUnreadable(path, `is larger than ${limit}`, 'Save it smaller, or cut it into tiles.');
    }
    return readFileSync(path);
  } catch (error) {
    throw readFailure(path, error);
  }
}

function explainFailure(path: string, { format }: ImageHeader, error: unknown): StudioError {
  const reason = (error instanceof Error ? error.message : String(error)).trim();
  if (/memory limit/i.test(reason)) {
    return imageUnreadable(path, 'would take too much memory', 'Scale it down, or save it with 8 bits a sample.');
  }
  if (!/does not support|is unsupported/.test(reason)) return damaged(path, reason, error);
  return new StudioError('image-unreadable', `${path} is a ${format} picture of a kind that is not supported.`, {
    detail: reason,
    hint: 'Open it in another program and save it as PNG or JPEG.',
    cause: error,
  });
}

function damaged(path: string, detail: string, cause?: unknown): StudioError {
  return new StudioError('image-unreadable', `${path} is damaged and could not be decoded.`, {
    detail,
    hint: 'Open it in another program and save it again, or leave it out.',
    cause,
  });
}
