import type { ImageHeader } from './imageHeader.ts';
import type { Size } from './imageLimits.ts';
import { tiffOrientation } from './tiffDirectory.ts';

/** The first frame of a WebP as a picture of its own. */
export interface WebpFrame extends Size {
  /** Where it lies on the canvas. */
  readonly x: number;
  readonly y: number;
  /** A WebP without animation, profile or other metadata. */
  readonly bytes: Uint8Array;
  /** False where it is certain that every pixel is opaque. */
  readonly mayBeTransparent: boolean;
}

export interface WebpContainer extends ImageHeader {
  /** Absent where the file is damaged. */
  readonly frame?: WebpFrame;
}

interface Chunk {
  readonly name: string;
  readonly start: number;
  readonly content: Uint8Array;
}

function* chunksOf(bytes: Uint8Array, from: number): Generator<Chunk> {
  const view = viewOf(bytes);
  for (let start = from; start + 8 <= bytes.length; ) {
    const length = view.getUint32(start + 4, true);
    const name = Buffer.from(bytes.subarray(start, start + 4)).toString('latin1');
    yield { name, start, content: bytes.subarray(start + 8, start + 8 + length) };
    start += 8 + length + (length % 2);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 2 ** 8 + (bytes[at + 2] ?? 0) * 2 ** 16;
}

/** Reads a WebP's container (RFC 9649): the sizes of canvas and first frame, the orientation, and the frame itself. */
export function readWebp(bytes: Uint8Array): WebpContainer {
  const truncated = bytes.length < 8 + viewOf(bytes).getUint32(4, true);
  const chunks = truncated ? [] : [...chunksOf(bytes, 12)];
  const find = (name: string) => chunks.find((chunk) => chunk.name === name)?.content;
  const exif = find('EXIF');
  const orientation = exif === undefined ? 1 : tiffOrientation(withoutPrefix(exif));
  const extended = chunks[0]?.name === 'VP8X' ? chunks[0].content : undefined;
  const animated = extended === undefined ? undefined : find('ANMF');
  const frame = animated === undefined ? readFrame(chunks) : readAnimationFrame(animated);
  if (frame === undefined) return { format: 'WebP', sizes: [], orientation, truncated };
  const canvas = extended === undefined ? frame : { width: 1 + uint24(extended, 4), height: 1 + uint24(extended, 7) };
  // What lies beyond the canvas, or does not fill it without being an animation, is no sound picture.
  const fits = frame.x + frame.width <= canvas.width && frame.y + frame.height <= canvas.height;
  const fills = frame.width === canvas.width && frame.height === canvas.height;
  const isSound = fits && (fills || animated !== undefined);
  return { format: 'WebP', sizes: [canvas, frame], orientation, truncated, ...(isSound ? { frame } : {}) };
}

/** Some writers put the prefix that JPEG asks for before the TIFF structure. */
function withoutPrefix(exif: Uint8Array): Uint8Array {
  return Buffer.from(exif.subarray(0, 6)).toString('latin1') === 'Exif\0\0' ? exif.subarray(6) : exif;
}

/** The frame of an ANMF chunk: position, size, duration and flags, then the chunks of a still picture. */
function readAnimationFrame(content: Uint8Array): WebpFrame | undefined {
  const frame = readFrame([...chunksOf(content, 16)]);
  const [x, y] = [2 * uint24(content, 0), 2 * uint24(content, 3)];
  const [width, height] = [1 + uint24(content, 6), 1 + uint24(content, 9)];
  if (frame === undefined || frame.width !== width || frame.height !== height) return undefined;
  return { ...frame, x, y };
}

/** The picture of VP8 (with or without ALPH) or VP8L data, by the size their own headers give. */
function readFrame(chunks: readonly Chunk[]): WebpFrame | undefined {
  const lossless = chunks.find(({ name }) => name === 'VP8L')?.content;
  if (lossless !== undefined) {
    if (lossless.length < 5 || lossless[0] !== 0x2f) return undefined;
    const bits = viewOf(lossless).getUint32(1, true);
    const size = { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    return { ...size, x: 0, y: 0, bytes: wrap([chunk('VP8L', lossless)]), mayBeTransparent: (bits & 0x10000000) !== 0 };
  }
  const lossy = chunks.find(({ name }) => name === 'VP8 ')?.content;
  if (lossy === undefined || lossy.length < 10) return undefined;
  const view = viewOf(lossy);
  const size = { width: view.getUint16(6, true) & 0x3fff, height: view.getUint16(8, true) & 0x3fff };
  const alpha = chunks.find(({ name }) => name === 'ALPH')?.content;
  const parts = alpha === undefined ? [] : [chunk('VP8X', alphaHeader(size)), chunk('ALPH', alpha)];
  const bytes = wrap([...parts, chunk('VP8 ', lossy)]);
  return { ...size, x: 0, y: 0, bytes, mayBeTransparent: alpha !== undefined };
}

/** Content of a VP8X chunk that announces nothing but alpha. */
function alphaHeader({ width, height }: Size): Uint8Array {
  const content = Buffer.alloc(10);
  content[0] = 0x10;
  content.writeUIntLE(Math.max(0, width - 1), 4, 3);
  content.writeUIntLE(Math.max(0, height - 1), 7, 3);
  return content;
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

function wrap(chunks: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
  const head = Buffer.alloc(8);
  head.write('RIFF', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
