import type { Size } from './imageLimits.ts';
import { tiffOrientation } from './tiffDirectory.ts';

/** What the segments of a JPEG say, read without decoding any pixel. */
interface JpegHeader {
  /** As stored, before any EXIF rotation; empty where the file ends before it is told. */
  readonly sizes: readonly Size[];
  /** EXIF orientation, 1..8; 1 where there is none. */
  readonly orientation: number;
  /** True where the end marker is missing. */
  readonly truncated: boolean;
  readonly unsupported?: string;
  /** True for lossless and arithmetic coding. */
  readonly isRare: boolean;
}

/** A segment of a JPEG: its marker, and where it starts (at the marker) and ends. */
interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

const startOfScan = 0xda;
const endOfImage = 0xd9;
const exifSegment = 0xe1;
const profileSegment = 0xe2;

/** Every segment with a length, and the end marker; entropy-coded data between them are jumped over. */
function* segmentsOf(bytes: Uint8Array): Generator<Segment> {
  // From one 0xff byte to the next: outside segments a marker is 0xff and anything but 0x00 and 0xff.
  for (let at = 2; at !== -1 && at + 2 <= bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === 0xff) {
      at += 1;
      continue;
    }
    const standsAlone = marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= endOfImage);
    const length = standsAlone ? 0 : (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0);
    if (!standsAlone || marker === endOfImage) yield { marker, start: at, end: at + 2 + length };
    at += 2 + length;
  }
}

/**
 * Scans of a picture beyond this number make the file a trap: each costs a pass over the whole picture, and can be a few bytes
 * long. A progressive picture has about ten.
 */
const maximumScans = 100;

/** Reads size and orientation of a JPEG, and whether it is whole. A file with absurdly many scans has no size. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: Size | undefined;
  let orientation = 1;
  let scans = 0;
  let bits = 8;
  let isRare = false;
  const tell = (truncated: boolean): JpegHeader => ({
    sizes: size === undefined || scans > maximumScans ? [] : [size],
    orientation,
    truncated,
    isRare,
    ...(bits === 8 ? {} : { unsupported: `of ${bits}-bit samples` }),
  });
  for (const { marker, start, end } of segmentsOf(bytes)) {
    if (marker === endOfImage) return tell(false);
    if (marker === startOfScan) scans += 1;
    // Start of frame, whatever the coding; c4, c8 and cc are other things.
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && size === undefined && start + 9 <= bytes.length) {
      size = { height: view.getUint16(start + 5), width: view.getUint16(start + 7) };
      bits = view.getUint8(start + 4);
      isRare = marker > 0xc2;
    }
    if (marker === exifSegment) orientation = exifOrientation(bytes.subarray(start + 4, end)) ?? orientation;
  }
  return tell(true);
}

/**
 * The JPEG without EXIF data and colour profile, so that a decoder gives the pixels as they are stored. Detectors are
 * trained on such pixels: the usual readers of training pictures ignore colour profiles.
 */
export function withoutMetadata(bytes: Uint8Array): Uint8Array {
  const parts = [bytes.subarray(0, 2)];
  for (const { marker, start, end } of segmentsOf(bytes)) {
    if (marker === startOfScan || marker === endOfImage) {
      parts.push(bytes.subarray(start));
      break;
    }
    if (marker !== exifSegment && marker !== profileSegment) parts.push(bytes.subarray(start, end));
  }
  return Buffer.concat(parts);
}

/** The orientation in an APP1 segment's content ("Exif\0\0" and a TIFF directory); undefined for another segment. */
function exifOrientation(content: Uint8Array): number | undefined {
  if (String.fromCharCode(...content.subarray(0, 4)) !== 'Exif') return undefined;
  return tiffOrientation(content.subarray(6));
}
