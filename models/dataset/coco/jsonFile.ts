import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { StudioError } from '../../errors.ts';
import { readFailure } from '../../files.ts';
import {
  BytesMissing,
  bytesEnd,
  enterList,
  enterObject,
  expectEnd,
  expectValue,
  isAtEnd,
  isList,
  isObject,
  type JsonCursor,
  leaveItem,
  leaveMember,
  mayBeJson,
  readName,
  skipNested,
  skipValue,
  startCursor,
  type WantedNames,
} from './jsonCursor.ts';

const chunkBytes = 2 ** 20;
/** A single value beyond this is no picture, label, class or detection. */
const maximumValueBytes = 64 * 2 ** 20;

/** A JSON file that is read in pieces, so that its size does not matter: the cursor stands in those that are in memory. */
export interface JsonFile {
  readonly cursor: JsonCursor;
  /** Adds the next piece, and lets go of what the cursor has passed. */
  readonly readOn: () => Promise<void>;
}

/** How a file is read. */
export interface JsonReading {
  readonly signal: AbortSignal;
  /** Is told how much of the file was read, 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Reads a JSON file with `read`, which finds the cursor at the first value; nothing but white space may be left behind it.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid` where it is empty or no JSON, and what `read` throws
 */
export async function readJsonFile<T>(
  path: string,
  { signal, onProgress }: JsonReading,
  read: (file: JsonFile) => Promise<T>,
): Promise<T> {
  const fault = (error: unknown) => {
    signal.throwIfAborted();
    return readFailure(path, error);
  };
  const { size } = await stat(path).catch((error: unknown) => {
    throw fault(error);
  });
  const stream = createReadStream(path, { highWaterMark: chunkBytes, signal });
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let done = 0;
  const nextChunk = async () => {
    const next = await chunks.next().catch((error: unknown) => {
      throw fault(error);
    });
    signal.throwIfAborted();
    if (next.done) return null;
    done += next.value.length;
    onProgress?.(Math.min(1, done / size));
    return next.value;
  };
  try {
    return await readJson(path, nextChunk, read);
  } finally {
    stream.destroy();
  }
}

/**
 * As `readJsonFile`, from anywhere.
 * @param nextChunk the next bytes; null at the end
 */
export async function readJson<T>(
  path: string,
  nextChunk: () => Promise<Buffer | null>,
  read: (file: JsonFile) => Promise<T>,
): Promise<T> {
  const file = await startFile(path, nextChunk);
  const { cursor } = file;
  await whole(file, () => {
    if (cursor.isLast && isAtEnd(cursor)) throw new StudioError('dataset-invalid', `${path} is empty.`);
    expectValue(cursor);
  });
  if (!mayBeJson(cursor)) throw new StudioError('dataset-invalid', `${path} is no JSON text.`);
  const result = await read(file);
  await whole(file, () => expectEnd(cursor));
  return result;
}

async function startFile(path: string, nextChunk: () => Promise<Buffer | null>): Promise<JsonFile> {
  let head: Buffer = Buffer.alloc(0);
  let isLast = false;
  // A byte order mark has three bytes.
  while (head.length < 3 && !isLast) {
    const chunk = await nextChunk();
    if (chunk === null) isLast = true;
    else head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
  }
  const cursor = startCursor(path, head, isLast);
  const readOn = async () => {
    const kept = cursor.bytes.subarray(cursor.at);
    if (kept.length > maximumValueBytes) {
      throw new StudioError('dataset-invalid', `${path} holds a value of more than ${maximumValueBytes / 2 ** 20} MB.`);
    }
    const pieces = kept.length === 0 ? [] : [kept];
    // As much again as is kept: a large value is not tried again for every small piece.
    for (let added = 0; !cursor.isLast && added <= kept.length; ) {
      const chunk = await nextChunk();
      if (chunk === null) cursor.isLast = true;
      else {
        pieces.push(chunk);
        added += chunk.length;
      }
    }
    cursor.offset += cursor.at;
    cursor.at = 0;
    const [only = Buffer.alloc(0)] = pieces;
    cursor.bytes = pieces.length > 1 ? Buffer.concat(pieces) : only;
  };
  return { cursor, readOn };
}

/**
 * Takes a step; where the bytes in memory do not suffice for it, more are read and it is taken again from where it began, or
 * from where it called `keep` last.
 */
async function whole<T>(file: JsonFile, step: (keep: () => void) => T): Promise<T> {
  const { cursor, readOn } = file;
  let kept = cursor.at;
  const keep = () => {
    kept = cursor.at;
  };
  for (;;) {
    try {
      return step(keep);
    } catch (error) {
      if (!(error instanceof BytesMissing)) throw error;
      cursor.at = kept;
      await readOn();
      kept = cursor.at;
    }
  }
}

/** As `readMembers`, of an object of any size: waits for `readMember`. */
export async function readFileMembers(
  file: JsonFile,
  wanted: WantedNames,
  readMember: (name: number) => Promise<void>,
): Promise<void> {
  const { cursor } = file;
  if (!(await whole(file, () => enterObject(cursor)))) return;
  do {
    const name = await whole(file, () => readName(cursor, wanted));
    if (name < 0) await skipFileValue(file);
    else await readMember(name);
  } while (!(await whole(file, () => leaveMember(cursor))));
}

/**
 * As `readItems`, of a list of any size: others get a turn whenever more is read. `readItem` is called again for an item that is
 * not whole in memory, so it may change nothing before it has read all of it.
 */
export async function readFileItems(file: JsonFile, readItem: (index: number) => void): Promise<void> {
  const { cursor } = file;
  if (!(await whole(file, () => enterList(cursor)))) return;
  let index = 0;
  let isRead = false;
  await whole(file, (keep) => {
    for (;;) {
      if (!isRead) {
        expectValue(cursor);
        readItem(index);
        index += 1;
        isRead = true;
        keep();
      }
      if (leaveItem(cursor)) return;
      isRead = false;
      keep();
    }
  });
}

/** As `skipValue`, of a value of any size. */
async function skipFileValue(file: JsonFile): Promise<void> {
  const { cursor, readOn } = file;
  if (!isList(cursor) && !isObject(cursor)) return whole(file, () => skipValue(cursor));
  cursor.at += 1;
  for (let depth = skipNested(cursor, 1); depth > 0; depth = skipNested(cursor, depth)) {
    if (cursor.isLast) throw bytesEnd(cursor);
    await readOn();
  }
}
