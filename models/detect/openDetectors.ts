import { stat } from 'node:fs/promises';
import { correctionPathOf } from '../correctionPath.ts';
import { type Detector, type DetectorOptions, openDetector } from './detector.ts';

/** As many as a person compares side by side: an original and three variants, and one more while switching. */
const maximumOpen = 5;

interface OpenEntry {
  readonly detector: Promise<Detector>;
  /** Uses in progress; a detector in use is not closed. */
  users: number;
}

/** Open detectors by file, version of the file and settings; the one used longest ago comes first. */
const open = new Map<string, OpenEntry>();

/**
 * Hands `use` a detector that stays open for the next call, because opening takes longer than looking at a picture.
 * A file that has changed on disk is opened anew.
 */
export async function withDetector<Result>(
  path: string,
  options: DetectorOptions,
  use: (detector: Detector) => Promise<Result>,
): Promise<Result> {
  const corrected = options.spec ?? correctionPathOf(path);
  const versions = [await versionOf(path), corrected, await versionOf(corrected)];
  const { provider, threads, grid, allowFallback } = options;
  const key = JSON.stringify([path, ...versions, provider, threads, grid, allowFallback]);
  const entry = open.get(key) ?? { detector: openDetector(path, options), users: 0 };
  open.delete(key);
  open.set(key, entry);
  entry.users += 1;
  try {
    return await use(await entry.detector);
  } catch (error) {
    await entry.detector.catch(() => open.delete(key)); // one that could not be opened is tried again next time
    throw error;
  } finally {
    entry.users -= 1;
    await closeOldest();
  }
}

/** Time of change and size; empty for a file that cannot be read, which `openDetector` then reports. */
async function versionOf(path: string): Promise<string> {
  return stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
    () => '',
  );
}

async function closeOldest(): Promise<void> {
  const idle = [...open].filter(([, entry]) => entry.users === 0);
  for (const [key, entry] of idle.slice(0, Math.max(0, open.size - maximumOpen))) {
    open.delete(key);
    await (await entry.detector).close();
  }
}
