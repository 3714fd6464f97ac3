import { readJpegHeader, readTiffDirectory } from './jpeg.ts';

/** What the first bytes of an image file say, read without decoding any pixel. */
export interface ImageHeader {
  readonly format: 'JPEG' | 'PNG' | 'WebP' | 'BMP' | 'TIFF' | 'GIF' | 'AVIF' | 'HEIC' | 'other';
  /** As stored, before any EXIF rotation; absent where the format keeps it deep inside. */
  readonly width?: number;
  readonly height?: number;
  /** EXIF orientation, 1..8; told for JPEG. */
  readonly orientation?: number;
  /** True where the file ends before its pixels do (told for JPEG and PNG). */
  readonly truncated: boolean;
}

/** Reads format and size from the bytes of an image file. */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (text: string, at = 0) => latin1(bytes, at, text.length) === text;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { format: 'JPEG', ...readJpegHeader(bytes) };
  if (starts('\x89PNG\r\n\x1a\n')) return readPng(view, bytes);
  if (starts('RIFF') && starts('WEBP', 8)) return { format: 'WebP', ...webpSize(view, bytes), truncated: false };
  if (starts('GIF8') && bytes.length >= 10) {
    return { format: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true), truncated: false };
  }
  if (starts('BM') && bytes.length >= 26) {
    const height = Math.abs(view.getInt32(22, true));
    return { format: 'BMP', width: Math.abs(view.getInt32(18, true)), height, truncated: false };
  }
  if (starts('II*\0') || starts('MM\0*')) return { format: 'TIFF', ...tiffSize(bytes), truncated: false };
  if (starts('ftyp', 4)) {
    const brand = latin1(bytes, 8, 4);
    return { format: brand === 'avif' || brand === 'avis' ? 'AVIF' : 'HEIC', truncated: false };
  }
  return { format: 'other', truncated: false };
}

function latin1(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

function readPng(view: DataView, bytes: Uint8Array): ImageHeader {
  if (bytes.length < 24) return { format: 'PNG', truncated: true };
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (latin1(bytes, at + 4, 4) === 'IEND') return { format: 'PNG', ...size, truncated: false };
  }
  return { format: 'PNG', ...size, truncated: true };
}

function webpSize(view: DataView, bytes: Uint8Array): { width: number; height: number } | undefined {
  if (bytes.length < 30) return undefined;
  switch (latin1(bytes, 12, 4)) {
    case 'VP8X':
      return { width: 1 + (view.getUint32(24, true) & 0xffffff), height: 1 + (view.getUint32(26, true) >>> 8) };
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      return undefined;
  }
}

function tiffSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  const values = readTiffDirectory(bytes);
  const [width, height] = [values.get(256), values.get(257)];
  return width === undefined || height === undefined ? undefined : { width, height };
}
