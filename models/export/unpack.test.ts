import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { makeRawZip, type RawEntry } from '../testing/rawZip.ts';
import { unpackBundle } from './unpack.ts';
import { sha256Of } from './zip.ts';

const folder = temporaryFolder();
let made = 0;

async function unpack(content: Uint8Array) {
  made += 1;
  const path = join(folder, `${made}.zip`);
  const target = join(folder, String(made), 'inside');
  await mkdir(target, { recursive: true });
  await writeFile(path, content);
  return { target, files: unpackBundle(path, target, new AbortController().signal) };
}

describe('unpackBundle', () => {
  it('unpacks what is sound, with its hashes', async () => {
    const { target, files } = await unpack(
      makeRawZip([
        { name: 'a.txt', content: 'one' },
        { name: 'b/c.txt', content: '' },
      ]),
    );
    expect(await files).toEqual([
      { path: 'a.txt', bytes: 3, sha256: sha256Of('one') },
      { path: 'b/c.txt', bytes: 0, sha256: sha256Of('') },
    ]);
    expect(await readFile(join(target, 'a.txt'), 'utf8')).toBe('one');
  });

  const hostile: readonly (readonly [string, readonly RawEntry[], RegExp])[] = [
    ['a path upwards', [{ name: '../escaped.txt' }], /refused/],
    ['a hidden path upwards', [{ name: 'a/../../escaped.txt' }], /refused/],
    ['an absolute path', [{ name: '/tmp/escaped.txt' }], /refused/],
    ['a drive', [{ name: 'C:/escaped.txt' }], /refused/],
    ['backslashes', [{ name: '..\\escaped.txt' }], /refused/],
    ['a hidden file', [{ name: '.npmrc' }], /not a plain relative path/],
    ['an odd name', [{ name: 'a\u202etxt.exe' }], /not a plain relative path/],
    ['a link', [{ name: 'link', content: '/etc/passwd', mode: 0o120777 }], /symbolic link/],
    ['a device', [{ name: 'device', mode: 0o020644 }], /not a regular file/],
    ['encryption', [{ name: 'secret', content: 'x'.repeat(19), flags: 0x801, claimedSize: 7 }], /encrypted/],
    ['a name twice', [{ name: 'a.txt' }, { name: 'a.txt' }], /twice/],
    ['a name twice but for its case', [{ name: 'a.txt' }, { name: 'A.TXT' }], /twice/],
    ['an absurd ratio', [{ name: 'bomb', method: 8, claimedSize: 2 ** 30 }], /500-fold/],
    [
      'an absurd size',
      Array.from({ length: 3 }, (_, index) => ({ name: `big${index}`, method: 8, claimedSize: 15 * 2 ** 20 })).concat(
        Array.from({ length: 300 }, (_, index) => ({ name: `more${index}`, method: 8, claimedSize: 15 * 2 ** 20 })),
      ),
      /larger than 4 GiB/,
    ],
    ['too many files', Array.from({ length: 1001 }, (_, index) => ({ name: `file${index}` })), /1001 files/],
    ['a wrong size', [{ name: 'a.txt', claimedSize: 3 }], /refused|damaged/],
  ];

  it.each(hostile)('refuses %s and writes nothing', async (_title, entries, message) => {
    const { target, files } = await unpack(makeRawZip(entries));
    await expect(files).rejects.toMatchObject({ code: 'bundle-invalid', message: expect.stringMatching(message) });
    expect(await readdir(target)).toEqual([]);
    expect(existsSync(join(target, '..', 'escaped.txt'))).toBe(false);
  });

  it('says that a file is no zip, or cut, or missing', async () => {
    const whole = makeRawZip([{ name: 'a.txt' }]);
    for (const content of [Buffer.from('hello'), Buffer.alloc(0), whole.subarray(0, whole.length - 10)]) {
      const { files } = await unpack(content);
      await expect(files).rejects.toMatchObject({ code: 'bundle-invalid' });
    }
    const missing = unpackBundle(join(folder, 'missing.zip'), folder, new AbortController().signal);
    await expect(missing).rejects.toMatchObject({ code: 'file-not-found' });
  });
});
