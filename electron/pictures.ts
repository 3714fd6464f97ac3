import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Transformer } from '@napi-rs/image';

/** Thumbnails kept in memory: at 5 to 10 kB each, a few megabytes. */
const keptThumbnails = 1000;

/** As for the engine: more would take too much memory. */
const largestPicture = 100_000_000;

/** A picture in any format the decoder knows, as PNG, turned as its EXIF tag says. */
export async function convertToPng(bytes: Uint8Array): Promise<Buffer<ArrayBuffer>> {
  return own(await (await openUpright(bytes)).image.png());
}

/** Width and height are those of the upright picture. */
async function openUpright(bytes: Uint8Array): Promise<{ image: Transformer; width: number; height: number }> {
  const { width, height, orientation = 1 } = await new Transformer(bytes).metadata(true);
  if (width * height > largestPicture)
    throw new Error(`A picture of ${width} x ${height} pixels is too large to show.`);
  const image = new Transformer(bytes);
  // The decoder refuses to turn by a tag that is out of range, such as 0.
  if (orientation >= 2 && orientation <= 8) image.rotate();
  // Orientations 5 to 8 lie on their side.
  return orientation >= 5 && orientation <= 8 ? { image, width: height, height: width } : { image, width, height };
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
  const { image, width, height } = await openUpright(await readFile(path));
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
