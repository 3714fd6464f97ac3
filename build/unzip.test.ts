import { createWriteStream, lstatSync, mkdtempSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { unzip } from './unzip.mjs';

async function zipOf(files: readonly { name: string; text: string; mode: number }[]): Promise<string> {
  const zip = new ZipFile();
  for (const { name, text, mode } of files) zip.addBuffer(Buffer.from(text), name, { mode });
  zip.end();
  const path = join(mkdtempSync(join(tmpdir(), 'boxwright-unzip-')), 'archive.zip');
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'boxwright unzip '));
}

test.skipIf(process.platform === 'win32')('modes and symbolic links survive, as a macOS app needs', async () => {
  const zip = await zipOf([
    { name: 'A.framework/Versions/A/run', text: 'program', mode: 0o100755 },
    { name: 'A.framework/Versions/Current', text: 'A', mode: 0o120755 },
    { name: 'plain.txt', text: 'text', mode: 0o100644 },
  ]);
  const folder = newFolder();
  await unzip(zip, folder);
  expect(statSync(join(folder, 'A.framework/Versions/A/run')).mode & 0o777).toBe(0o755);
  expect(lstatSync(join(folder, 'A.framework/Versions/Current')).isSymbolicLink()).toBe(true);
  expect(readlinkSync(join(folder, 'A.framework/Versions/Current'))).toBe('A');
  expect(readFileSync(join(folder, 'A.framework/Versions/Current/run'), 'utf8')).toBe('program');
  expect(readFileSync(join(folder, 'plain.txt'), 'utf8')).toBe('text');
});

test('entries go where they are placed, or nowhere', async () => {
  const zip = await zipOf([
    { name: 'app/keep', text: 'kept', mode: 0o100644 },
    { name: 'app/drop', text: 'dropped', mode: 0o100644 },
  ]);
  const folder = newFolder();
  await unzip(zip, folder, (name) => (name === 'app/keep' ? 'kept' : null));
  expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('kept');
  expect(() => statSync(join(folder, 'app'))).toThrow('ENOENT');
});

test('a link that points out of the archive is refused', async () => {
  const zip = await zipOf([{ name: 'evil', text: '../../etc', mode: 0o120777 }]);
  await expect(unzip(zip, newFolder())).rejects.toThrow('points out of the archive');
});
