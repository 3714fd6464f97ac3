import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Transformer } from '@napi-rs/image';
import { type DecodedImage, decodeImage } from '../models/detect/image.ts';
import { type ImageFormat, readImageHeader } from '../models/detect/imageHeader.ts';
import { checkSizes, type Size } from '../models/detect/imageLimits.ts';
import { barePng } from '../models/detect/imagePng.ts';

/** Thumbnails kept in memory: at 5 to 10 kB each, a few megabytes. */
const keptThumbnails = 1000;

/** A picture in any format, turned upright, as PNG: just as a detector sees it. */
export async function convertToPng(path: string): Promise<Buffer<ArrayBuffer>> {
  return own(await openDecoded(await decodeImage(path)).png());
}

function openDecoded({ rgba, width, height }: DecodedImage): Transformer {
  return Transformer.fromRgbaPixels(rgba, width, height);
}

type Thumbnails = (path: string, status: Stats, side: number) => Promise<Buffer<ArrayBuffer>>;

/** Makes small JPEGs, turned as the EXIF tag says, and keeps those that were used last. */
export function createThumbnails(): Thumbnails {
  const kept = new Map<string, Promise<Buffer<ArrayBuffer>>>();
  return (path, status, side) => {
    const key = `${side} ${status.mtimeMs} ${status.size} ${path}`;
    const made = kept.get(key) ?? makeThumbnail(path, side);
    // Taken out and put back: the map's order is the order of last use.
    kept.delete(key);
    kept.set(key, made);
    const oldest = kept.keys().next();
    if (kept.size > keptThumbnails && !oldest.done) kept.delete(oldest.value);
    made.catch(() => kept.delete(key));
    return made;
  };
}

async function makeThumbnail(path: string, side: number): Promise<Buffer<ArrayBuffer>> {
  const bytes = await readFile(path);
  const header = readImageHeader(bytes);
  const [stored] = header?.sizes ?? [];
  if (header !== null && stored !== undefined && decodedAside.has(header.format)) {
    checkSizes(path, header.sizes);
    const image = new Transformer(header.format === 'PNG' ? barePng(bytes) : bytes);
    const { orientation } = header;
    if (orientation > 1) image.rotate(orientation);
    // Orientations 5 to 8 lie on their side.
    const upright = orientation >= 5 ? { width: stored.height, height: stored.width } : stored;
    const made = await shrink(image, upright, side).catch(() => null); // of a kind that the other way may know
    if (made !== null) return made;
  }
  const decoded = await decodeImage(path);
  return shrink(openDecoded(decoded), decoded, side);
}

/** Formats whose thumbnails are made off this thread from file to file. */
const decodedAside: ReadonlySet<ImageFormat> = new Set<ImageFormat>(['JPEG', 'PNG']);

async function shrink(image: Transformer, { width, height }: Size, side: number): Promise<Buffer<ArrayBuffer>> {
  const scale = Math.min(1, side / Math.max(width, height));
  image.fastResize({
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  });
  return own(await image.jpeg(80));
}

/** The same bytes in memory that JavaScript owns, which a Response takes. */
function own(bytes: Buffer): Buffer<ArrayBuffer> {
  return Buffer.from(bytes);
}
