import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { systemErrorCode, writeFileAtomically } from '../files.ts';
import type { Measured } from './calibrate.ts';

const number = z.number();
const agreement = z.strictObject({
  f1: number,
  precision: number,
  recall: number,
  matched: number,
  lost: number,
  extra: number,
  changedClass: number,
  meanIou: number.nullable(),
  scoreShift: number.nullable(),
  scoreError: number.nullable(),
  images: number,
});
const measured = z.strictObject({
  min: number,
  max: number,
  meanSquare: number.optional(),
  channelMeans: z.array(number).optional(),
});

/** What a stopped search has found out. */
const searchState = z.strictObject({
  format: z.literal('boxwright-search'),
  version: z.literal(3),
  /** Of the model, the options and the pictures: another search does not go on from here. */
  key: z.string(),
  ranges: z.array(z.tuple([z.string(), measured])),
  trials: z.array(z.strictObject({ float: z.array(z.string()), agreement })),
});

export type SearchState = z.output<typeof searchState>;

/** Larger files are none of ours: a tensor takes about 100 bytes. */
const largestState = 64 * 2 ** 20;

/** Where a search keeps what it has found out, beside its output. */
function searchStatePath(out: string): string {
  return `${out}.search.json`;
}

/** Identifies a search: the same model, options and pictures in the same order. */
export function searchKey(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** What a stopped search with this key left behind; undefined where there is nothing, or nothing that can be used. */
export async function readSearchState(out: string, key: string): Promise<SearchState | undefined> {
  try {
    const text = await readFile(searchStatePath(out), 'utf8');
    if (text.length > largestState) return undefined;
    const parsed = searchState.safeParse(JSON.parse(text));
    return parsed.success && parsed.data.key === key ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function writeSearchState(out: string, state: Omit<SearchState, 'format' | 'version'>): Promise<void> {
  const content = { format: 'boxwright-search', version: 3, ...state } satisfies SearchState;
  await writeFileAtomically(searchStatePath(out), JSON.stringify(content));
}

/** Forgets a search that has come to its end. */
export async function removeSearchState(out: string): Promise<void> {
  await rm(searchStatePath(out), { force: true });
}

/** Ranges as they are kept. */
export function rangeEntries(ranges: ReadonlyMap<string, Measured>): SearchState['ranges'] {
  return [...ranges].map(([tensor, { channelMeans, ...range }]) => [
    tensor,
    { ...range, ...(channelMeans === undefined ? {} : { channelMeans: [...channelMeans] }) },
  ]);
}
