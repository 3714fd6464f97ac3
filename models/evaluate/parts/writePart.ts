import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { StudioError } from '../../errors.ts';
import { makeFolder, writeFailure } from '../../files.ts';
import type { MatchRecords } from '../metrics/records.ts';
import { encodeRecords, joinRecords } from './encodeRecords.ts';
import { encodeFrame, mark } from './frames.ts';
import { type BlockNotes, differenceOf, type PartHeader } from './partHeader.ts';
import { firstBlockOf, readBlocks, readPartHeader } from './readPart.ts';

/** A part that is being written. Until it is finished it lies beside its place, and can be gone on with after any end. */
export interface PartWriter {
  /** Places of the pictures that an earlier run did. */
  readonly done: ReadonlySet<number>;
  /** Adds a block; once this is over, the block is on the disk. */
  readonly append: (records: readonly MatchRecords[], notes: BlockNotes) => Promise<void>;
  /** Puts the part in its place. */
  readonly finish: () => Promise<void>;
  /** Stops writing; what was appended stays. */
  readonly close: () => Promise<void>;
}

/** Where a part lies until it is finished. */
export function partialPathOf(path: string): string {
  return `${path}.partial`;
}

/**
 * Whether the part lies there already, finished and of the same evaluation.
 * @throws StudioError `bad-input` where something else lies there: neither hours of work nor a file of the user's gives way
 */
export async function isFinished(path: string, header: PartHeader): Promise<boolean> {
  const status = await stat(path).catch(() => null);
  if (status === null) return false;
  const hint = 'Name another file with -o, or delete this one.';
  if (!status.isFile()) throw new StudioError('bad-input', `${path} is no file.`, { hint: 'Name a file with -o.' });
  const found = await readPartHeader(path).catch((error: unknown) => {
    if (!(error instanceof StudioError) || error.code !== 'bad-input') throw error;
    throw new StudioError('bad-input', `${error.message} It is not overwritten.`, { hint });
  });
  if (isDeepStrictEqual(found, header)) return true;
  throw new StudioError(
    'bad-input',
    `${path} holds an evaluation of ${differenceOf(found, header) ?? 'another part'} and is not overwritten.`,
    { hint },
  );
}

/**
 * Starts a part, or goes on with one that was interrupted: what was not wholly written is cut off.
 * @throws StudioError `file-unwritable`; `bad-input` where another evaluation was interrupted at this place
 */
export async function startPart(path: string, header: PartHeader): Promise<PartWriter> {
  const partial = partialPathOf(path);
  const earlier = await readEarlier(partial, header);
  const file = await openPartial(partial, earlier === null ? 'w' : 'r+');
  let end = 0;
  const write = async (bytes: Buffer) => {
    if ((await file.stat()).size !== end) throw writtenTwice(partial);
    try {
      await file.write(bytes, 0, bytes.length, end);
      await file.datasync();
      end += bytes.length;
    } catch (error) {
      await file.truncate(end).catch(() => undefined); // what is there of it is cut off the next time too
      throw writeFailure(partial, error);
    }
  };
  try {
    if (earlier === null) {
      await write(Buffer.concat([mark, encodeFrame('header', Buffer.from(JSON.stringify(header)))]));
    } else {
      await file.truncate(earlier.end);
      end = earlier.end;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  return {
    done: earlier?.done ?? new Set(),
    append: (records, notes) => write(encodeFrame('block', encodeBlock(records, notes))),
    async finish() {
      await write(encodeFrame('end', Buffer.alloc(0)));
      await file.close();
      await rename(partial, path).catch((error: unknown) => {
        throw writeFailure(path, error);
      });
    },
    close: () => file.close(),
  };
}

/** A scheduler that takes a machine for dead may start its shard again while it still runs. */
function writtenTwice(partial: string): StudioError {
  return new StudioError('file-unwritable', `${partial} is being written by another run too.`, {
    hint: 'Let that one finish, or name another file with -o.',
  });
}

function encodeBlock(records: readonly MatchRecords[], notes: BlockNotes): Buffer {
  const text = Buffer.from(JSON.stringify(notes));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length, 0);
  return Buffer.concat([length, text, encodeRecords(joinRecords(records))]);
}

/** What an interrupted run left, or null where there is nothing of use. */
async function readEarlier(partial: string, header: PartHeader): Promise<{ done: Set<number>; end: number } | null> {
  const size = await stat(partial).then(
    (found) => found.size,
    () => 0,
  );
  if (size === 0) return null;
  const found = await readPartHeader(partial).catch(() => null);
  if (found === null) return null; // interrupted before the header was written
  if (!isDeepStrictEqual(found, header)) {
    throw new StudioError(
      'bad-input',
      `${partial} was left by an evaluation of ${differenceOf(found, header) ?? 'another part'}, which was interrupted.`,
      { hint: 'Name another file with -o, or delete this one.' },
    );
  }
  const done = new Set<number>();
  let end = await firstBlockOf(partial);
  for await (const block of readBlocks(partial, 'readable')) {
    for (const place of block.records.pictures) done.add(place);
    for (const { place } of block.notes.unreadable) done.add(place);
    end = block.end;
  }
  return { done, end };
}

async function openPartial(partial: string, flags: 'w' | 'r+'): Promise<FileHandle> {
  try {
    await makeFolder(dirname(partial));
    return await open(partial, flags);
  } catch (error) {
    throw writeFailure(partial, error);
  }
}
