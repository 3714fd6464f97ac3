import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../files.ts';

/** A walk ends after this many files, so that dropping a whole disk does not run for hours. */
const maximumFiles = 200_000;
const maximumDepth = 64;

/** Folders that never hold a user's pictures. */
const skippedFolders = new Set(['node_modules', '__MACOSX', '$RECYCLE.BIN', 'System Volume Information']);

/** The problem of a path that leads nowhere. */
export const missing = 'It does not exist.';

export interface WalkedFile {
  readonly path: string;
  /** True where the caller named this very file, false where it lies in a folder. */
  readonly named: boolean;
  /** Why it, or what lies in it, could not be walked. */
  readonly problem?: string;
}

/**
 * Every file named or below a folder named, in the order given and by name within a folder ("2" before "10"). Hidden files
 * and folders are passed over; links are followed, but no folder is entered twice.
 */
export async function* walkPaths(paths: readonly string[], signal: AbortSignal): AsyncGenerator<WalkedFile> {
  const entered = new Set<string>();
  let count = 0;
  for (const path of paths) {
    for await (const file of walk(path, true, 0, entered, signal)) {
      count += 1;
      if (count > maximumFiles) {
        yield {
          path,
          named: true,
          problem: `There are more than ${maximumFiles.toLocaleString('en')} files; the rest was left out.`,
        };
        return;
      }
      yield file;
    }
  }
}

async function* walk(
  path: string,
  named: boolean,
  depth: number,
  entered: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<WalkedFile> {
  signal.throwIfAborted();
  let entries: Dirent[];
  try {
    const stats: Stats = await stat(path);
    if (!stats.isDirectory()) {
      yield stats.isFile() ? { path, named } : { path, named, problem: 'It is neither a file nor a folder.' };
      return;
    }
    const real = await realpath(path);
    if (entered.has(real)) {
      yield { path, named, problem: 'This folder has been read already, under another name or through a link.' };
      return;
    }
    entered.add(real);
    if (depth > maximumDepth) {
      yield { path, named, problem: `Folders are nested more than ${maximumDepth} deep.` };
      return;
    }
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    yield { path, named, problem: explain(error) };
    return;
  }
  entries.sort((a, b) => collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || skippedFolders.has(entry.name)) continue;
    yield* walk(join(path, entry.name), false, depth + 1, entered, signal);
  }
}

// A fixed locale, so that the order is the same on every machine.
const collator = new Intl.Collator('en', { numeric: true });

function explain(error: unknown): string {
  const code = systemErrorCode(error);
  switch (code) {
    case 'ENOENT':
      return missing;
    case 'EACCES':
    case 'EPERM':
      return 'It may not be read: permission was denied.';
    case 'ELOOP':
      return 'It is a link that leads to itself.';
    default:
      return `It could not be read (${code ?? 'unknown error'}).`;
  }
}
