import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

const typeMask = 0o170000;
const symlinkType = 0o120000;

/**
 * Extracts a zip with the modes and symbolic links it was packed with (a macOS app is broken without).
 * @param {string} zip
 * @param {string} folder
 * @param {(name: string) => string | null} [place] where an entry goes in `folder`; null leaves it out
 * @returns {Promise<void>}
 */
export async function unzip(zip, folder, place = (name) => name) {
  const archive = await promisify(openArchive)(zip);
  try {
    for await (const entry of entries(archive)) {
      if (entry.fileName.endsWith('/')) continue;
      const name = place(entry.fileName);
      if (name === null) continue;
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      const mode = entry.externalFileAttributes >>> 16;
      const stream = await promisify(openEntry)(archive, entry);
      if ((mode & typeMask) === symlinkType) {
        const target = await text(stream);
        if (!resolve(dirname(path), target).startsWith(resolve(folder) + sep)) {
          throw new Error(`${zip}: the link ${name} points out of the archive`);
        }
        await symlink(target, path);
      } else {
        await pipeline(stream, createWriteStream(path, { mode: mode & 0o777 || 0o644 }));
      }
    }
  } finally {
    archive.close();
  }
}

/**
 * @param {string} zip
 * @param {(error: Error | null, archive: yauzl.ZipFile) => void} done
 */
function openArchive(zip, done) {
  yauzl.open(zip, { lazyEntries: true, autoClose: false }, done);
}

/**
 * @param {yauzl.ZipFile} archive
 * @param {yauzl.Entry} entry
 * @param {(error: Error | null, stream: import('node:stream').Readable) => void} done
 */
function openEntry(archive, entry, done) {
  archive.openReadStream(entry, done);
}

/**
 * @param {yauzl.ZipFile} archive
 * @returns {AsyncGenerator<yauzl.Entry>}
 */
async function* entries(archive) {
  for (let left = archive.entryCount; left > 0; left--) {
    yield await new Promise((resolve, reject) => {
      archive.once('error', reject).once('entry', (entry) => {
        archive.off('error', reject);
        resolve(entry);
      });
      archive.readEntry();
    });
  }
}
