import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyFileAtomically, makeFolder, requireWritable, writeFileAtomically } from './files.ts';
import { temporaryFolder } from './testing/folder.ts';

const folder = temporaryFolder();
const from = join(folder, 'from');
await writeFile(from, 'new');

describe.each([
  ['writing a file', (to: string) => writeFileAtomically(to, 'new')],
  ['copying a file', (to: string) => copyFileAtomically(from, to)],
])('%s', (name, put) => {
  const to = join(folder, name, 'to');

  it('makes the folder, replaces what is there, and leaves nothing else', async () => {
    await put(to);
    await writeFile(to, 'old');
    await put(to);
    expect(await readFile(to, 'utf8')).toBe('new');
    expect(await readdir(join(folder, name))).toEqual(['to']);
  });

  it('says so where the place cannot be written to', async () => {
    await expect(put(join(from, 'x'))).rejects.toMatchObject({ code: 'file-unwritable' });
  });
});

describe('copying a file', () => {
  it('leaves what is there as it was when the original has gone', async () => {
    const to = join(folder, 'kept');
    await writeFile(to, 'old');
    await expect(copyFileAtomically(join(folder, 'gone'), to)).rejects.toMatchObject({ code: 'file-unwritable' });
    expect(await readFile(to, 'utf8')).toBe('old');
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});

describe('finding out whether a file can be written', () => {
  it('leaves what is there as it is, and nothing else', async () => {
    const to = join(folder, 'probed', 'to');
    await requireWritable(to);
    expect(await readdir(join(folder, 'probed'))).toEqual([]);
    await writeFile(to, 'old');
    await requireWritable(to);
    expect(await readFile(to, 'utf8')).toBe('old');
    expect(await readdir(join(folder, 'probed'))).toEqual(['to']);
  });

  it('says so where it cannot', async () => {
    for (const path of [folder, join(from, 'below')]) {
      await expect(requireWritable(path)).rejects.toMatchObject({ code: 'file-unwritable' });
    }
  });
});

describe('making a folder', () => {
  it('makes those above it too, and is content when they are there', async () => {
    const deep = join(folder, 'a', 'b', 'c');
    await makeFolder(deep);
    await Promise.all([makeFolder(deep), makeFolder(join(deep, 'd')), makeFolder(join(deep, 'd'))]);
    expect(await readdir(deep)).toEqual(['d']);
  });

  it.skipIf(process.platform !== 'linux')('gives up where the system has no such place', async () => {
    await expect(makeFolder('/proc/boxwright/deeper')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('fails where a file stands in the way', async () => {
    await expect(makeFolder(join(from, 'below'))).rejects.toThrow();
  });
});
