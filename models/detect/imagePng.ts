import type { ImageHeader } from './imageHeader.ts';
import { tiffOrientation } from './tiffDirectory.ts';

/** The four letters of a chunk's type as a number. */
function chunkType(letters: string): number {
  return Buffer.from(letters, 'latin1').readUInt32BE();
}

const header = chunkType('IHDR');
const end = chunkType('IEND');
const exif = chunkType('eXIf');
/** All that the pixels depend on. */
const pixelChunks = new Set([header, chunkType('PLTE'), chunkType('tRNS'), chunkType('IDAT'), end]);

interface Chunk {
  readonly type: number;
  /** Where it starts, at its length, and where it ends, behind its checksum. */
  readonly start: number;
  readonly end: number;
}

function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 8; start + 12 <= bytes.length; ) {
    const chunk = { type: view.getUint32(start + 4), start, end: start + 12 + view.getUint32(start) };
    yield chunk;
    if (chunk.type === end) return;
    start = chunk.end;
  }
}

/** Reads size and orientation of a PNG, and whether it is whole; no size where it does not start with its header. */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let orientation = 1;
  let last = 0;
  for (const chunk of chunksOf(bytes)) {
    if (chunk.type === exif) orientation = tiffOrientation(bytes.subarray(chunk.start + 8, chunk.end - 4));
    last = chunk.type;
  }
  const isSound = bytes.length >= 33 && view.getUint32(8) === 13 && view.getUint32(12) === header;
  const sizes = isSound ? [{ width: view.getUint32(16), height: view.getUint32(20) }] : [];
  return { format: 'PNG', sizes, orientation, truncated: last !== end };
}

/**
 * The PNG with nothing but its pixels: without colour profile, gamma, texts and the further frames of an animation. Detectors
 * are trained on pixels as they are stored, and compressed profiles and texts may unpack to any size.
 */
export function barePng(bytes: Uint8Array): Uint8Array {
  const chunks = [...chunksOf(bytes)];
  const kept = chunks.filter(({ type }, index) => pixelChunks.has(type) && (type !== header || index === 0));
  if (kept.length === chunks.length) return bytes;
  return Buffer.concat([bytes.subarray(0, 8), ...kept.map(({ start, end }) => bytes.subarray(start, end))]);
}
