import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder, makeFolder } from './cache.mjs';
import { withLock } from './lock.mjs';

test('the cache is where each system keeps such things', () => {
  expect(cacheFolder({}, 'linux', '/home/ada')).toBe(join('/home/ada', '.cache', 'boxwright'));
  expect(cacheFolder({ XDG_CACHE_HOME: '/fast' }, 'linux', '/home/ada')).toBe(join('/fast', 'boxwright'));
  expect(cacheFolder({}, 'darwin', '/Users/ada')).toBe(join('/Users/ada', 'Library', 'Caches', 'boxwright'));
  expect(cacheFolder({ LOCALAPPDATA: 'L' }, 'win32', 'H')).toBe(join('L', 'boxwright', 'Cache'));
});

test('a folder appears whole or not at all, and nothing half-made stays', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'boxwright-cache-'));
  const target = join(parent, 'runtime');
  mkdirSync(`${target}.999999999.partial`); // of a process that is gone
  const failing = makeFolder(target, async (partial) => {
    writeFileSync(join(partial, 'half'), '');
    expect(existsSync(target)).toBe(false);
    throw new Error('disk full');
  });
  await expect(failing).rejects.toThrow('disk full');
  expect(readdirSync(parent)).toEqual([]);

  await makeFolder(target, async (partial) => writeFileSync(join(partial, 'whole'), 'first'));
  expect(readdirSync(parent)).toEqual(['runtime']);
  // Another process made it at the same time: its folder stays.
  await makeFolder(target, async (partial) => writeFileSync(join(partial, 'whole'), 'second'));
  expect(readFileSync(join(target, 'whole'), 'utf8')).toBe('first');
  expect(readdirSync(parent)).toEqual(['runtime']);
});

test('work under a lock is done one at a time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boxwright-lock-'));
  let inside = 0;
  const work = async () => {
    inside++;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(inside).toBe(1);
    inside--;
    return 'done';
  };
  expect(await Promise.all([withLock(folder, work), withLock(folder, work)])).toEqual(['done', 'done']);
});
