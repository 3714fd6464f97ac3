import { open, readdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { DatasetImage } from './dataset.ts';
import { labelPathsOf } from './yoloLabels.ts';

/** How much of a text file tells whether it holds labels. */
const headBytes = 256;
const labelLine = /^\s*\d+([\s,]+[-+.\deE]+){4,}\s*(\n|\r|$)/;

/** Label files in the folders where those of the pictures lie that belong to none of them. */
export async function findOrphanLabels(images: readonly DatasetImage[], signal: AbortSignal): Promise<string[]> {
  const own = new Set(images.flatMap(({ path }) => labelPathsOf(path)));
  const folders = new Set([...own].map((path) => dirname(path)));
  const orphans: string[] = [];
  for (const folder of folders) {
    signal.throwIfAborted();
    const names = await readdir(folder).catch(() => []); // most datasets use one of the two places
    const files = names.filter((name) => extname(name).toLowerCase() === '.txt').map((name) => join(folder, name));
    for (const file of files) if (!own.has(file) && (await holdsLabels(file))) orphans.push(file);
  }
  return orphans.sort();
}

async function holdsLabels(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return labelLine.test(buffer.toString('latin1', 0, bytesRead).replace(/^\u00ef\u00bb\u00bf/, ''));
  } finally {
    await handle.close();
  }
}
