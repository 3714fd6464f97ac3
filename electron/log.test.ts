import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLog } from './log.ts';

describe('the log', () => {
  it('keeps lines in order, with their time, and stays within two megabytes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boxwright lög '));
    try {
      const log = openLog(join(folder, 'logs'));
      log.write('first\nwith a second line\n');
      log.write('second');
      await log.flush();
      const file = join(folder, 'logs', 'studio.log');
      expect(await readFile(file, 'utf8')).toMatch(
        /^\d{4}-\d\d-\d\dT[\d:.]+Z first\n {4}with a second line\n\d{4}-\d\d-\d\dT[\d:.]+Z second\n$/,
      );
      for (let index = 0; index < 200; index++) log.write('x'.repeat(50_000));
      await log.flush();
      expect((await readdir(join(folder, 'logs'))).sort()).toEqual(['studio.log', 'studio.log.1']);
      for (const name of ['studio.log', 'studio.log.1']) {
        expect((await stat(join(folder, 'logs', name))).size).toBeLessThanOrEqual(1024 * 1024);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
