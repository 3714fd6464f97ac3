import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, systemErrorCode } from '../models/files.ts';

const largestLog = 1024 * 1024;

export interface Log {
  /** Adds a line with the time; further lines of the text are indented. Never throws. */
  readonly write: (text: string) => void;
  /** Resolves when everything written so far is in the file. */
  readonly flush: () => Promise<void>;
}

/** A log file that is moved to `studio.log.1` once it has a megabyte, so that two of them are the most there is. */
export function openLog(folder: string): Log {
  const file = join(folder, 'studio.log');
  let writing: Promise<void> = Promise.resolve();

  async function append(line: string): Promise<void> {
    await makeFolder(folder);
    if ((await sizeOf(file)) + line.length > largestLog) await rename(file, `${file}.1`);
    await appendFile(file, line);
  }

  return {
    write(text) {
      const line = `${new Date().toISOString()} ${text.trimEnd().slice(0, 20_000).replaceAll('\n', '\n    ')}\n`;
      writing = writing.then(() => append(line)).catch((error: unknown) => console.error('The log failed:', error));
    },
    flush: () => writing,
  };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
