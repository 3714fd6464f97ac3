import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { StudioError } from '../errors.ts';
import { makeFolder, readFailure, systemErrorCode } from '../files.ts';
import { bundlePath } from './manifest.ts';

const maximumEntries = 1000;
const maximumTotal = 4 * 2 ** 30;
/** Deflate cannot pack tighter than 1032 : 1; only a bomb of more than trifling size comes near. */
const maximumRatio = 500;
const triflingSize = 16 * 2 ** 20;

/** A file of an unpacked bundle. */
export interface UnpackedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Unpacks a zip from anywhere into an empty folder. Everything that could leave the folder or exhaust the machine is
 * refused before a byte of it is written: odd paths, links, devices, encryption, names twice (also by case only), too many
 * files, absurd sizes and ratios.
 * @throws StudioError `file-not-found`, `file-unreadable`, `bundle-invalid`
 */
export async function unpackBundle(path: string, folder: string, signal: AbortSignal): Promise<UnpackedFile[]> {
  const zip = await openZip(path);
  try {
    const entries = await listEntries(path, zip);
    const files: UnpackedFile[] = [];
    for (const entry of entries) {
      signal.throwIfAborted();
      files.push(await unpackEntry(path, zip, entry, folder));
    }
    return files;
  } finally {
    zip.close();
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  } catch (error) {
    switch (systemErrorCode(error)) {
      case 'ENOENT':
      case 'ENOTDIR':
      case 'EACCES':
      case 'EISDIR':
      case 'EPERM':
        throw readFailure(path, error);
      default:
        throw invalid(path, 'is not a zip file, or is cut short', error);
    }
  }
}

function invalid(path: string, what: string, cause?: unknown): StudioError {
  return new StudioError('bundle-invalid', `${path} ${what}.`, cause === undefined ? {} : { cause });
}

async function listEntries(path: string, zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > maximumEntries)
    throw invalid(path, `holds ${zip.entryCount} files, more than ${maximumEntries}`);
  const entries: Entry[] = [];
  const names = new Set<string>();
  let total = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const problem = judgeEntry(entry);
      if (problem !== null) throw invalid(path, `is refused: "${entry.fileName.slice(0, 100)}" ${problem}`);
      const name = entry.fileName.toLowerCase();
      if (names.has(name)) throw invalid(path, `is refused: it holds "${entry.fileName}" twice`);
      names.add(name);
      total += entry.uncompressedSize;
      if (total > maximumTotal) throw invalid(path, 'is refused: unpacked it would be larger than 4 GiB');
      entries.push(entry);
    }
  } catch (error) {
    // yauzl itself refuses absolute paths, "..", and backslashes.
    if (error instanceof StudioError) throw error;
    throw invalid(path, `is refused: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  return entries;
}

/** Why an entry is not unpacked, or null. */
function judgeEntry(entry: Entry): string | null {
  if (!bundlePath.safeParse(entry.fileName).success) return 'is not a plain relative path';
  if (entry.isEncrypted()) return 'is encrypted';
  if (!entry.canDecodeFileData()) return 'is packed by an unknown method';
  // The upper half holds the Unix mode; 0 where the packing system has none.
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (kind !== 0 && kind !== 0o100000) return kind === 0o120000 ? 'is a symbolic link' : 'is not a regular file';
  const { uncompressedSize: size, compressedSize } = entry;
  if (size > triflingSize && size > maximumRatio * compressedSize) return `would grow ${maximumRatio}-fold and more`;
  return null;
}

async function unpackEntry(path: string, zip: ZipFile, entry: Entry, folder: string): Promise<UnpackedFile> {
  const target = join(folder, ...entry.fileName.split('/'));
  await makeFolder(dirname(target));
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    // The reader itself stops where an entry is longer than its header says.
    await pipeline(await zip.openReadStreamPromise(entry), meter, createWriteStream(target, { flags: 'wx' }));
  } catch (error) {
    throw invalid(path, `is damaged: "${entry.fileName}" could not be unpacked`, error);
  }
  return { path: entry.fileName, bytes, sha256: hash.digest('hex') };
}
