import { type FileHandle, open } from 'node:fs/promises';
import type { z } from 'zod';
import { StudioError } from '../../errors.ts';
import { readFailure } from '../../files.ts';
import type { MatchRecords } from '../metrics/records.ts';
import { decodeRecords } from './encodeRecords.ts';
import { damaged, hasMark, mark, readFrame } from './frames.ts';
import { type BlockNotes, blockNotes, type PartHeader, partHeader } from './partHeader.ts';

/** Some pictures of a part. */
export interface PartBlock {
  readonly notes: BlockNotes;
  readonly records: MatchRecords;
  /** Where the next block begins. */
  readonly end: number;
}

/** Opens a file for reading. @throws StudioError `file-not-found`, `file-unreadable`, `bad-input` where it is a folder */
async function openToRead(path: string): Promise<FileHandle> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw readFailure(path, error);
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw noPart(path);
}

function noPart(path: string): StudioError {
  return new StudioError('bad-input', `${path} is no part of an evaluation.`, {
    hint: 'Parts are written by boxwright evaluate MODEL --data ... --shard i/n -o part.bwe.',
  });
}

/**
 * The header of a part.
 * @throws StudioError `bad-input` where the file is no part of ours, and what reading throws
 */
export async function readPartHeader(path: string): Promise<PartHeader> {
  const file = await openToRead(path);
  try {
    return (await readHeader(file, path)).header;
  } finally {
    await file.close();
  }
}

async function readHeader(file: FileHandle, path: string): Promise<{ header: PartHeader; end: number }> {
  const frame = (await hasMark(file)) ? await readFrame(file, mark.length) : null;
  if (frame?.kind !== 'header') throw noPart(path);
  return { header: parseContent(partHeader, frame.content, path), end: frame.end };
}

function parseContent<Schema extends z.ZodType>(schema: Schema, content: Buffer, path: string): z.output<Schema> {
  try {
    const parsed = schema.safeParse(JSON.parse(content.toString('utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // said below
  }
  throw new StudioError('bad-input', `${path} was written by another version of Boxwright, or is damaged.`);
}

/**
 * The blocks of a part, one after the other.
 * @param wanted `whole`: a part that was not finished is a fault; `readable`: what is whole of an interrupted one
 * @throws StudioError `bad-input`, `file-not-found`, `file-unreadable`
 */
export async function* readBlocks(path: string, wanted: 'whole' | 'readable'): AsyncGenerator<PartBlock> {
  const file = await openToRead(path);
  try {
    const { header, end } = await readHeader(file, path);
    let start = end;
    for (;;) {
      const frame = await readFrame(file, start);
      if (frame === null) {
        if (wanted === 'readable') return;
        throw new StudioError('bad-input', `${path} is not whole: it was not finished, or is damaged.`, {
          hint: 'Make this part again.',
        });
      }
      if (frame.kind === 'end') return;
      if (frame.kind !== 'block') throw damaged(path);
      yield { ...readBlock(frame.content, path, header), end: frame.end };
      start = frame.end;
    }
  } finally {
    await file.close();
  }
}

function readBlock(content: Buffer, path: string, header: PartHeader): Omit<PartBlock, 'end'> {
  const notesEnd = content.length < 4 ? Number.POSITIVE_INFINITY : 4 + content.readUInt32LE(0);
  if (notesEnd > content.length) throw damaged(path);
  return {
    notes: parseContent(blockNotes, content.subarray(4, notesEnd), path),
    records: decodeRecords(content.subarray(notesEnd), path, header.classNames.length, header.pictureCount),
  };
}

/** Where the first block of a part begins. */
export async function firstBlockOf(path: string): Promise<number> {
  const file = await openToRead(path);
  try {
    return (await readHeader(file, path)).end;
  } finally {
    await file.close();
  }
}
