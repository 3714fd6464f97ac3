import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { saveCopy } from './saveCopy.ts';

describe('saving a copy', () => {
  it('replaces what is there, or leaves it as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boxwright sáve '));
    try {
      await writeFile(join(folder, 'from'), 'new');
      await writeFile(join(folder, 'to'), 'old');
      await saveCopy(join(folder, 'from'), join(folder, 'to'));
      expect(await readFile(join(folder, 'to'), 'utf8')).toBe('new');
      await expect(saveCopy(join(folder, 'gone'), join(folder, 'to'))).rejects.toMatchObject({
        code: 'file-unwritable',
      });
      await expect(saveCopy(join(folder, 'from'), join(folder, 'to', 'x'))).rejects.toMatchObject({
        code: 'file-unwritable',
      });
      expect(await readFile(join(folder, 'to'), 'utf8')).toBe('new');
      expect((await readdir(folder)).sort()).toEqual(['from', 'to']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
