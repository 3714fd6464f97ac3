import { readFile, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { readFailure, systemErrorCode, writeFileAtomically } from '../files.ts';
import { notSpec, parseSpecJson, type SpecCorrection, specCorrection } from '../specSchema.ts';

/** Longest correction that is read, bytes. */
const maximumBytes = 2 ** 20;

/** What is kept beside a model. A file that the user writes may hold the corrected parts alone. */
const keptCorrection = z.strictObject({
  format: z.literal('boxwright-spec'),
  version: z.literal(1),
  /** Of the model that was corrected. */
  modelSha256: z.string().regex(/^[0-9a-f]{64}$/),
  spec: specCorrection,
});

export interface Correction {
  /** The file it was read from. */
  readonly source: string;
  readonly spec: SpecCorrection;
  /** Absent in files that the user wrote. */
  readonly modelSha256?: string;
}

/** Where the correction of a model is kept: beside it. */
export function correctionPathOf(model: string): string {
  return `${model}.boxwright.json`;
}

/** The correction that is kept beside a model, or null. */
export async function findCorrection(model: string): Promise<Correction | null> {
  const path = correctionPathOf(model);
  try {
    await stat(path);
  } catch (error) {
    // A name that becomes too long by the ending has no correction either.
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(systemErrorCode(error) ?? '')) return null;
    throw readFailure(path, error);
  }
  return readCorrection(path);
}

/**
 * Reads a correction: what is kept beside a model, or the corrected parts alone.
 * @throws StudioError `file-not-found`, `file-unreadable`, `spec-invalid` saying which key is wrong
 */
export async function readCorrection(path: string): Promise<Correction> {
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > maximumBytes) throw notSpec(path, `it is ${size} bytes long, and a specification is short`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof StudioError ? error : readFailure(path, error);
  }
  // What the program keeps says so; what a user writes may be the corrected parts alone.
  if (/^\s*\{\s*"format"/.test(text)) {
    const { spec, modelSha256 } = parseSpecJson(text, keptCorrection, path);
    return { source: path, spec, modelSha256 };
  }
  return { source: path, spec: parseSpecJson(text, specCorrection, path) };
}

/**
 * Keeps a correction beside a model, in place of an earlier one.
 * @throws StudioError `file-unwritable`
 */
export async function keepCorrection(model: string, modelSha256: string, spec: SpecCorrection): Promise<string> {
  const path = correctionPathOf(model);
  const kept: z.input<typeof keptCorrection> = { format: 'boxwright-spec', version: 1, modelSha256, spec };
  await writeFileAtomically(path, `${JSON.stringify(kept, null, 2)}\n`);
  return path;
}

/** Deletes the correction beside a model, if there is one. */
export async function forgetCorrection(model: string): Promise<void> {
  const path = correctionPathOf(model);
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw new StudioError('file-unwritable', `${path} could not be deleted (${systemErrorCode(error) ?? 'unknown'}).`, {
      hint: 'Check that the folder is writable.',
      cause: error,
    });
  }
}
