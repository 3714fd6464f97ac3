import { fileBrands, readAvifHeader } from './imageAvif.ts';
import type { Size } from './imageLimits.ts';
import { readPngHeader } from './imagePng.ts';
import { readWebp } from './imageWebp.ts';
import { readJpegHeader } from './jpeg.ts';
import { readTiffHeader } from './tiffDirectory.ts';

export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'BMP' | 'TIFF' | 'GIF' | 'AVIF';

/** What an image file says of itself, read without decoding any pixel. */
export interface ImageHeader {
  readonly format: ImageFormat;
  /**
   * Every size that a decoder makes room for, the picture's own first, as stored: before it is turned. Empty where the header
   * is damaged.
   */
  readonly sizes: readonly Size[];
  /** EXIF orientation, 1..8, to be applied to the decoded pixels. */
  readonly orientation: number;
  /** True where the file is seen to end before its pixels do. */
  readonly truncated: boolean;
  /** What makes it a picture that is not decoded: "of 12-bit samples". */
  readonly unsupported?: string;
  /** True for a way of coding that browsers do not know. */
  readonly isRare?: boolean;
}

/** Tells a format by the first bytes of a file; null for anything that is not decoded. */
function recognizeFormat(bytes: Uint8Array): ImageFormat | null {
  const start = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (start.startsWith('\xff\xd8\xff')) return 'JPEG';
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'PNG';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'WebP';
  if (start.startsWith('GIF87a') || start.startsWith('GIF89a')) return 'GIF';
  if (start.startsWith('BM')) return 'BMP';
  if (start.startsWith('II*\0') || start.startsWith('MM\0*')) return 'TIFF';
  const isAvif = start.startsWith('ftyp', 4) && fileBrands(bytes).some((brand) => brand === 'avif' || brand === 'avis');
  return isAvif ? 'AVIF' : null;
}

/** Reads sizes and orientation from the bytes of an image file; null for a file of no known format. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | null {
  const format = recognizeFormat(bytes);
  switch (format) {
    case 'JPEG':
      return { format, ...readJpegHeader(bytes) };
    case 'PNG':
      return readPngHeader(bytes);
    case 'WebP':
      return readWebp(bytes);
    case 'AVIF':
      return readAvifHeader(bytes);
    case 'TIFF':
      return readTiffHeader(bytes);
    case 'GIF':
      return readGifHeader(bytes);
    case 'BMP':
      return readBmpHeader(bytes);
    case null:
      return null;
  }
}

/** The screen and the first frame of a GIF; the frame's data must be whole (GIF89a, sections 18 to 22). */
function readGifHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut: ImageHeader = { format: 'GIF', sizes: [], orientation: 1, truncated: true };
  if (bytes.length < 13) return cut;
  const tableBytes = (flags: number) => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  /** Past the sub-blocks that start at a place, or null beyond the end of the file. */
  const skipBlocks = (from: number): number | null => {
    for (let at = from; at < bytes.length; at += 1 + (bytes[at] ?? 0)) if (bytes[at] === 0) return at + 1;
    return null;
  };
  const screen = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  let at: number | null = 13 + tableBytes(bytes[10] ?? 0);
  while (at !== null && bytes[at] === 0x21) at = skipBlocks(at + 2);
  if (at === null || at + 10 > bytes.length) return { ...cut, sizes: [screen] };
  if (bytes[at] !== 0x2c) return { ...cut, truncated: false };
  const frame = { width: view.getUint16(at + 5, true), height: view.getUint16(at + 7, true) };
  const extent = {
    width: Math.max(screen.width, view.getUint16(at + 1, true) + frame.width),
    height: Math.max(screen.height, view.getUint16(at + 3, true) + frame.height),
  };
  const truncated = skipBlocks(at + 11 + tableBytes(bytes[at + 9] ?? 0)) === null;
  return { format: 'GIF', sizes: [extent], orientation: 1, truncated };
}

/** The size in a BMP's information header, of which the oldest kind has 12 bytes. */
function readBmpHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 34) return { format: 'BMP', sizes: [], orientation: 1, truncated: true };
  const isOld = view.getUint32(14, true) === 12;
  const width = isOld ? view.getUint16(18, true) : Math.abs(view.getInt32(18, true));
  const height = isOld ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
  const bits = view.getUint16(isOld ? 24 : 28, true);
  const isCompressed = !isOld && [1, 2, 4, 5].includes(view.getUint32(30, true));
  const needed = view.getUint32(10, true) + height * 4 * Math.ceil((width * bits) / 32);
  const truncated = !isCompressed && bytes.length < needed;
  return { format: 'BMP', sizes: [{ width, height }], orientation: 1, truncated };
}
