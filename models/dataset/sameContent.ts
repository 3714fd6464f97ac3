import { stat } from 'node:fs/promises';
import { hashFile } from '../files.ts';
import { inParallel } from './inParallel.ts';

const parallelReads = 16;

/**
 * Groups of files with the same bytes, as places in `paths`. Only files of the same length are read; those that cannot be read
 * are in no group.
 */
export async function findSameContent(paths: readonly string[], signal: AbortSignal): Promise<number[][]> {
  const byLength = new Map<number, number[]>();
  await inParallel(paths, parallelReads, signal, async (path, index) => {
    const length = await stat(path).then(
      ({ size }) => size,
      () => -1,
    );
    if (length > 0) append(byLength, length, index);
  });
  const candidates = [...byLength.values()].filter((group) => group.length > 1).flat();
  const byHash = new Map<string, number[]>();
  await inParallel(candidates, parallelReads, signal, async (index) => {
    const hash = await hashFile(paths[index] ?? '').catch(() => null);
    if (hash !== null) append(byHash, hash, index);
  });
  const groups = [...byHash.values()].filter((group) => group.length > 1);
  const sorted = groups.map((group) => group.sort((a, b) => a - b));
  return sorted.sort(([a = 0], [b = 0]) => a - b);
}

function append<Key>(lists: Map<Key, number[]>, key: Key, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
