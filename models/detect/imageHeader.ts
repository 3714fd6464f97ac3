/** What the first bytes of an image file say, read without decoding any pixel. */
export interface ImageHeader {
  readonly format: 'JPEG' | 'PNG' | 'WebP' | 'BMP' | 'TIFF' | 'GIF' | 'AVIF' | 'HEIC' | 'other';
  /** As stored, before any EXIF rotation; absent where the format keeps it deep inside. */
  readonly width?: number;
  readonly height?: number;
  /** True where the file ends before its pixels do (told for JPEG and PNG). */
  readonly truncated: boolean;
}

/** Reads format and size from the bytes of an image file. */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = (text: string, at = 0) => latin1(bytes, at, text.length) === text;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(view, bytes);
  if (starts('\x89PNG\r\n\x1a\n')) return readPng(view, bytes);
  if (starts('RIFF') && starts('WEBP', 8)) return { format: 'WebP', ...webpSize(view, bytes), truncated: false };
  if (starts('GIF8') && bytes.length >= 10) {
    return { format: 'GIF', width: view.getUint16(6, true), height: view.getUint16(8, true), truncated: false };
  }
  if (starts('BM') && bytes.length >= 26) {
    const height = Math.abs(view.getInt32(22, true));
    return { format: 'BMP', width: Math.abs(view.getInt32(18, true)), height, truncated: false };
  }
  if (starts('II*\0') || starts('MM\0*')) return { format: 'TIFF', ...tiffSize(view), truncated: false };
  if (starts('ftyp', 4)) {
    const brand = latin1(bytes, 8, 4);
    return { format: brand === 'avif' || brand === 'avis' ? 'AVIF' : 'HEIC', truncated: false };
  }
  return { format: 'other', truncated: false };
}

function latin1(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** Walks the segments of a JPEG for its frame header, and its entropy-coded data for the end marker. */
function readJpeg(view: DataView, bytes: Uint8Array): ImageHeader {
  let size: { width: number; height: number } | undefined;
  // Inside entropy-coded data this jumps from one 0xff byte to the next.
  for (let at = 2; at !== -1 && at + 2 <= bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff || marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0xd9) return { format: 'JPEG', ...size, truncated: false };
    const standsAlone = marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8);
    if (standsAlone) {
      at += 2;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame && size === undefined && at + 9 <= bytes.length) {
      size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    }
    at += at + 4 <= bytes.length ? 2 + view.getUint16(at + 2) : 4;
  }
  return { format: 'JPEG', ...size, truncated: true };
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

function tiffSize(view: DataView): { width: number; height: number } | undefined {
  const little = view.getUint8(0) === 0x49;
  if (view.byteLength < 8) return undefined;
  const directory = view.getUint32(4, little);
  if (directory + 2 > view.byteLength) return undefined;
  const values = new Map<number, number>();
  const count = view.getUint16(directory, little);
  for (let entry = 0; entry < count && directory + 14 + 12 * entry <= view.byteLength; entry += 1) {
    const at = directory + 2 + 12 * entry;
    const isShort = view.getUint16(at + 2, little) === 3;
    values.set(view.getUint16(at, little), isShort ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little));
  }
  const [width, height] = [values.get(256), values.get(257)];
  return width === undefined || height === undefined ? undefined : { width, height };
}
