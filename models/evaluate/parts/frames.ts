import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { StudioError } from '../../errors.ts';

/** What every part begins with. */
export const mark = Buffer.from('BOXWEV01');

/** A frame: its kind, its length and a checksum, 4 bytes each, then its content. */
const headBytes = 12;
/** No block of ours is nearly as large. */
const maximumContent = 256 * 2 ** 20;

/** What a frame holds: what the part is of, some of its pictures, or nothing behind the last of them. */
export type FrameKind = 'header' | 'block' | 'end';
const kinds = ['header', 'block', 'end'] as const satisfies readonly FrameKind[];

/** One frame of a part, and where the next begins. */
interface Frame {
  readonly kind: FrameKind;
  readonly content: Buffer;
  readonly end: number;
}

/** A frame as bytes. */
export function encodeFrame(kind: FrameKind, content: Buffer): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(kinds.indexOf(kind) + 1, 0);
  head.writeUInt32LE(content.length, 4);
  head.writeUInt32LE(crc32(content), 8);
  return Buffer.concat([head, content]);
}

/** Whether a file begins as a part does. */
export async function hasMark(file: FileHandle): Promise<boolean> {
  const start = Buffer.alloc(mark.length);
  const { bytesRead } = await file.read(start, 0, start.length, 0);
  return bytesRead === mark.length && start.equals(mark);
}

/** The frame at a place of a file, or null where there is no whole one: at the end, where writing was interrupted, after damage. */
export async function readFrame(file: FileHandle, start: number): Promise<Frame | null> {
  const head = Buffer.alloc(headBytes);
  const { bytesRead } = await file.read(head, 0, headBytes, start);
  if (bytesRead < headBytes) return null;
  const kind = kinds[head.readUInt32LE(0) - 1];
  const length = head.readUInt32LE(4);
  if (kind === undefined || length > maximumContent) return null;
  const content = Buffer.alloc(length);
  const read = await file.read(content, 0, length, start + headBytes);
  if (read.bytesRead < length || crc32(content) !== head.readUInt32LE(8)) return null;
  return { kind, content, end: start + headBytes + length };
}

/** The fault of a part whose bytes were changed. */
export function damaged(path: string): StudioError {
  return new StudioError('bad-input', `${path} is damaged.`, { hint: 'Make this part again.' });
}
