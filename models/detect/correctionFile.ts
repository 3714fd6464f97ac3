import { readFile, rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { readFailure, systemErrorCode, writeFileAtomically } from '../files.ts';
import { type SpecCorrection, specCorrection } from '../specSchema.ts';

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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notSpec(path, `it is not JSON (${error instanceof Error ? error.message : 'unreadable'})`);
  }
  const isKept = typeof value === 'object' && value !== null && 'format' in value;
  if (isKept) {
    const { spec, modelSha256 } = parse(path, keptCorrection, value);
    return { source: path, spec, modelSha256 };
  }
  return { source: path, spec: parse(path, specCorrection, value) };
}

function parse<Value>(path: string, schema: z.ZodType<Value>, value: unknown): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
  throw notSpec(path, `${key}${issue?.message ?? 'not a specification'}`);
}

function notSpec(path: string, what: string): StudioError {
  return new StudioError('spec-invalid', `${path} is not a specification: ${what}.`, {
    hint: 'Mend or delete the file; "boxwright inspect MODEL --print-spec" shows what may be in it.',
  });
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
