import { setImmediate } from 'node:timers/promises';
import type { Canvas } from '@napi-rs/canvas';
import { type JsColorType, Transformer } from '@napi-rs/image';
import type { RgbaImage, Size } from './imageLimits.ts';
import { backdrop } from './pixels.ts';

/** Samples as a file stores them. */
export interface StoredSamples extends Size {
  readonly samples: Uint8Array;
  readonly colorType: JsColorType;
}

/** Pixels taken from Skia at a time: those of a large picture are not held twice. */
const stripPixels = 4_000_000;

/** Largest canvas that is kept for the next picture: pictures of a set often share a size, and fresh memory costs time. */
const keptPixels = 2_000_000;

let keptCanvas: Canvas | undefined;

let skia: typeof import('@napi-rs/canvas') | undefined;

/**
 * Decodes JPEG, GIF, AVIF and opaque WebP with Skia, which carries libjpeg-turbo, libwebp and libavif: to the bit what the
 * usual readers of training pictures give, where other decoders differ by a few grey levels. Of an animation the first frame
 * counts. Loaded when first needed: it is large.
 * @param mayBeTransparent whether to lay the pixels over the backdrop
 */
export async function decodeWithSkia(bytes: Uint8Array, mayBeTransparent: boolean): Promise<RgbaImage> {
  // Awaited once: after that its thread starts at once, while the caller goes on with the picture before.
  skia ??= await import('@napi-rs/canvas');
  const { createCanvas, loadImage } = skia;
  const image = await loadImage(bytes);
  const { width, height } = image;
  const rows = Math.min(height, Math.ceil(stripPixels / width));
  const canvas = keptCanvas?.width === width && keptCanvas.height === rows ? keptCanvas : createCanvas(width, rows);
  // Strips of a taller picture are taken over several turns, in which another picture may come.
  keptCanvas = rows === height && width * rows <= keptPixels ? canvas : undefined;
  const context = canvas.getContext('2d');
  context.fillStyle = `rgb(${backdrop}, ${backdrop}, ${backdrop})`;
  // Every pixel is opaque once drawn, so that the stored ones are the picture's; they are a copy, and the canvas is free again.
  const takeStrip = (top: number): Uint8Array => {
    if (mayBeTransparent) context.fillRect(0, 0, width, rows);
    context.drawImage(image, 0, -top);
    const { buffer, byteOffset, length } = canvas.data();
    return new Uint8Array(buffer, byteOffset, length);
  };
  if (rows === height) return { width, height, rgba: takeStrip(0) };
  const rgba = new Uint8Array(4 * width * height);
  for (let top = 0; top < height; top += rows) {
    if (top > 0) await setImmediate(); // only then is the memory of the strip before given back
    rgba.set(takeStrip(top).subarray(0, 4 * width * Math.min(rows, height - top)), 4 * width * top);
  }
  return { width, height, rgba };
}

/** Decodes PNG, TIFF, BMP and WebP with transparency; the samples keep their number, depth and alpha. */
export async function decodeSamples(bytes: Uint8Array): Promise<StoredSamples> {
  const transformer = new Transformer(bytes);
  const { width, height, colorType } = await transformer.metadata();
  return { width, height, colorType, samples: transformer.rawPixelsSync() }; // decoded already: this is a copy
}
