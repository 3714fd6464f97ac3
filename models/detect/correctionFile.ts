import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { correctionPathOf } from '../correctionPath.ts';
import { StudioError } from '../errors.ts';
import { readFailure, systemErrorCode, writeFileAtomically } from '../files.ts';
import {
  notSpec,
  parseJson,
  parseSpec,
  type SpecCorrection,
  specCorrection,
  writtenCorrection,
} from '../specSchema.ts';
import { parseNames } from './namesText.ts';

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
  const value = parseJson(await readShort(path), path);
  // It may have come with the model from anywhere, so it is not followed to other files.
  return isKept(value) ? parseKept(value, path) : { source: path, spec: parseSpec(value, specCorrection, path) };
}

/**
 * Reads a correction that the user names: what is kept beside a model, or the corrected parts alone.
 * @throws StudioError `file-not-found`, `file-unreadable`, `spec-invalid` saying which key is wrong
 */
export async function readCorrection(path: string): Promise<Correction> {
  const value = parseJson(await readShort(path), path);
  if (isKept(value)) return parseKept(value, path);
  const { classNames, ...spec } = parseSpec(value, writtenCorrection, path);
  if (typeof classNames !== 'string') return { source: path, spec: { ...spec, ...(classNames && { classNames }) } };
  return { source: path, spec: { ...spec, classNames: await readNames(resolve(dirname(path), classNames)) } };
}

/** What the program keeps says so; what a user writes may be the corrected parts alone. */
function isKept(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'format' in value;
}

function parseKept(value: unknown, path: string): Correction {
  const { spec, modelSha256 } = parseSpec(value, keptCorrection, path);
  return { source: path, spec, modelSha256 };
}

/** The class names in a file: a list, one name a line, or the `names` of a data.yaml. */
async function readNames(path: string): Promise<string[]> {
  const names = parseNames(await readShort(path));
  if (names !== null && names.length > 0) return names;
  throw new StudioError('spec-invalid', `${path} holds no class names.`, {
    hint: 'It needs one name a line, a list, or "names" as in a data.yaml.',
  });
}

async function readShort(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw notSpec(path, 'it is not a file');
    const { size } = found;
    if (size > maximumBytes) throw notSpec(path, `it is ${size} bytes long, and what belongs to one is short`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw error instanceof StudioError ? error : readFailure(path, error);
  }
}

/**
 * Keeps a correction beside a model, in place of an earlier one.
 * @throws StudioError `file-unwritable`
 */
export async function keepCorrection(model: string, modelSha256: string, spec: SpecCorrection): Promise<void> {
  const path = correctionPathOf(model);
  const kept: z.input<typeof keptCorrection> = { format: 'boxwright-spec', version: 1, modelSha256, spec };
  try {
    await writeFileAtomically(path, `${JSON.stringify(kept, null, 2)}\n`);
  } catch (error) {
    throw notKept(`The correction could not be kept as ${path}`, error);
  }
}

/** Deletes the correction beside a model, if there is one. */
export async function forgetCorrection(model: string): Promise<void> {
  const path = correctionPathOf(model);
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw notKept(`${path} could not be deleted`, error);
  }
}

function notKept(what: string, error: unknown): StudioError {
  const code = systemErrorCode(error instanceof StudioError ? error.cause : error) ?? 'unknown error';
  return new StudioError('file-unwritable', `${what} (${code}).`, {
    hint: 'Copy the model to a folder that you can write to, and open it there.',
    cause: error,
  });
}
