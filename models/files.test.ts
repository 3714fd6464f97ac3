import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyFileAtomically, writeFileAtomically } from './files.ts';
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
