import type { ImageHeader } from './imageHeader.ts';
import type { Size } from './imageLimits.ts';

/** The first directory of a TIFF structure: of a TIFF picture or of the EXIF data of another format. */
export interface TiffDirectory {
  /**
   * The values of a tag that are whole numbers of 1, 2 or 4 bytes; empty for any other tag, for a missing one and for values
   * beyond the end of the data.
   */
  readonly numbers: (tag: number) => readonly number[];
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where its values start. */
  readonly at: number;
}

/** Bytes of a value by its type: BYTE, SHORT, LONG. */
const valueSizes: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 };

/** Longer lists are not read: the longest one wanted is a colour map of three times 256. */
const maximumValues = 3 * 65_536;

export const tiffTags = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  stripBytes: 279,
  colorMap: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
  subsampling: 530,
} as const;

/** Reads the first directory; one that is damaged has no values. Of a tag that occurs twice the first counts. */
export function readTiffDirectory(bytes: Uint8Array): TiffDirectory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const entries = new Map<number, Entry>();
  for (const at of entryPositions(view, little)) {
    const [tag, type, count] = [
      view.getUint16(at, little),
      view.getUint16(at + 2, little),
      view.getUint32(at + 4, little),
    ];
    const inline = count * (valueSizes[type] ?? 0) <= 4;
    if (!entries.has(tag)) entries.set(tag, { type, count, at: inline ? at + 8 : view.getUint32(at + 8, little) });
  }
  const numbers = (tag: number): readonly number[] => {
    const { type, count, at } = entries.get(tag) ?? { type: 0, count: 0, at: 0 };
    const size = valueSizes[type];
    if (size === undefined || count > maximumValues || at + count * size > bytes.length) return [];
    return Array.from({ length: count }, (_, index) => readNumber(view, at + index * size, size, little));
  };
  return { numbers };
}

function readNumber(view: DataView, at: number, size: number, little: boolean): number {
  if (size === 1) return view.getUint8(at);
  return size === 2 ? view.getUint16(at, little) : view.getUint32(at, little);
}

/** Where the 12-byte entries of the first directory stand. */
function* entryPositions(view: DataView, little: boolean): Generator<number> {
  if (view.byteLength < 8) return;
  const directory = view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return;
  const count = view.getUint16(directory, little);
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > view.byteLength) return;
    yield at;
  }
}

/** EXIF orientation of a TIFF structure, 1..8; 1 where there is none or it is out of range. */
export function tiffOrientation(bytes: Uint8Array): number {
  const [value = 1] = readTiffDirectory(bytes).numbers(tiffTags.orientation);
  return value >= 1 && value <= 8 ? value : 1;
}

/** What a TIFF's first directory says of the picture; no sizes where it does not tell. Tiles may be larger than the picture. */
export function readTiffHeader(bytes: Uint8Array): ImageHeader {
  const { numbers } = readTiffDirectory(bytes);
  const sizeOf = (widthTag: number, heightTag: number): readonly Size[] => {
    const [[width], [height]] = [numbers(widthTag), numbers(heightTag)];
    return width === undefined || height === undefined ? [] : [{ width, height }];
  };
  const picture = sizeOf(tiffTags.width, tiffTags.height);
  const sizes = picture.length === 0 ? [] : [...picture, ...sizeOf(tiffTags.tileWidth, tiffTags.tileHeight)];
  const isBeyond = (offsetTag: number, lengthTag: number): boolean => {
    const lengths = numbers(lengthTag);
    return numbers(offsetTag).some((offset, index) => offset + (lengths[index] ?? 0) > bytes.length);
  };
  const truncated =
    isBeyond(tiffTags.stripOffsets, tiffTags.stripBytes) || isBeyond(tiffTags.tileOffsets, tiffTags.tileBytes);
  return { format: 'TIFF', sizes, orientation: tiffOrientation(bytes), truncated };
}

/** A copy whose first directory gives another value for a tag that holds one SHORT; to have samples as they are stored. */
export function withTiffShort(bytes: Uint8Array, tag: number, value: number): Uint8Array {
  const copy = new Uint8Array(bytes);
  const view = new DataView(copy.buffer);
  const little = copy[0] === 0x49;
  for (const at of entryPositions(view, little)) {
    if (view.getUint16(at, little) !== tag) continue;
    view.setUint16(at + 2, 3, little);
    view.setUint16(at + 8, value, little);
  }
  return copy;
}
