import { readFile, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import { type ErrorReport, reportError } from '../errors.ts';
import { systemErrorCode, writeFileAtomically } from '../files.ts';

/** A JSON document in memory with its file on disk: one writer, saved a moment after the last change. */
export interface DocumentFile<Value> {
  readonly read: () => Value;
  /** Replaces the document; the file follows after the delay. */
  readonly replace: (next: Value) => void;
  /** Writes what is not yet on disk; resolves once it is, rejects where it could not be. */
  readonly flush: () => Promise<void>;
}

export interface DocumentOptions<Schema extends z.ZodType> {
  readonly path: string;
  readonly schema: Schema;
  /** Used when there is no file yet, or one that can't be read. */
  readonly initial: z.output<Schema>;
  /** Milliseconds between a change and its being written. */
  readonly delay?: number;
  /** A save that failed; it is tried again with the next change. */
  readonly onSaveFailed: (error: ErrorReport) => void;
}

/**
 * Opens a document. A file that can't be read or does not fit the schema is never overwritten: it is set aside as
 * `<path>.broken-<time>`, and `notice` says so.
 */
export async function openDocumentFile<Schema extends z.ZodType>(
  options: DocumentOptions<Schema>,
): Promise<{ file: DocumentFile<z.output<Schema>>; notice: ErrorReport | null }> {
  const { path, schema, initial } = options;
  const found = await readDocument(path, schema);
  if (found.kind === 'whole') return { file: keepDocument(options, found.value), notice: null };
  if (found.kind === 'missing') return { file: keepDocument(options, initial), notice: null };
  const aside = `${path}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  await rename(path, aside);
  const notice: ErrorReport = {
    code: 'file-unreadable',
    message: `${basename(path)} could not be read and was set aside as ${basename(aside)}.`,
    detail: found.why,
    hint: `A new one was begun. The old file is ${aside}.`,
  };
  return { file: keepDocument(options, initial), notice };
}

type Found<Value> =
  | { readonly kind: 'missing' }
  | { readonly kind: 'whole'; readonly value: Value }
  | { readonly kind: 'broken'; readonly why: string };

async function readDocument<Schema extends z.ZodType>(path: string, schema: Schema): Promise<Found<z.output<Schema>>> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? { kind: 'whole', value: parsed.data } : { kind: 'broken', why: parsed.error.message };
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return { kind: 'missing' };
    return { kind: 'broken', why: reportError(error).message };
  }
}

function keepDocument<Schema extends z.ZodType>(
  { path, delay = 300, onSaveFailed }: DocumentOptions<Schema>,
  first: z.output<Schema>,
): DocumentFile<z.output<Schema>> {
  let value = first;
  let saved = first;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function save(): Promise<void> {
    if (value === saved) return;
    const content = value;
    await writeFileAtomically(path, `${JSON.stringify(content)}\n`);
    saved = content;
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const next = writing.then(save);
    // The chain goes on after a failure; whoever asked for this flush hears of it.
    writing = next.catch(() => undefined);
    return next;
  }

  return {
    read: () => value,
    replace(next) {
      value = next;
      timer ??= setTimeout(() => {
        flush().catch((error: unknown) => onSaveFailed(reportError(error)));
      }, delay);
    },
    flush,
  };
}
