import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ErrorReport } from '../errors.ts';
import { openDocumentFile } from './documentFile.ts';

const schema = z.object({ count: z.number() });
let folder = '';
let path = '';
const failures: ErrorReport[] = [];
const open = (delay = 10) =>
  openDocumentFile({ path, schema, initial: { count: 0 }, delay, onSaveFailed: (error) => failures.push(error) });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright dócument '));
  path = join(folder, 'document.json');
  failures.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a document file', () => {
  it('begins with the initial value and writes nothing before a change', async () => {
    const { file, notice } = await open();
    await file.flush();
    expect(file.read()).toEqual({ count: 0 });
    expect(notice).toBeNull();
    expect(await readdir(folder)).toEqual([]);
  });

  it('writes by itself, a moment after a change', async () => {
    const { file } = await open();
    file.replace({ count: 1 });
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toBe('{"count":1}\n');
  });

  it('writes the last of many changes, and is read again', async () => {
    const { file } = await open(60_000);
    for (let count = 1; count <= 100; count++) file.replace({ count });
    await file.flush();
    expect((await open()).file.read()).toEqual({ count: 100 });
  });

  it('keeps the order of writes when flushes overlap', async () => {
    const { file } = await open(60_000);
    const flushes: Promise<void>[] = [];
    for (let count = 1; count <= 20; count++) {
      file.replace({ count });
      flushes.push(file.flush());
    }
    await Promise.all(flushes);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ count: 20 });
    expect(await readdir(folder)).toEqual(['document.json']);
  });

  it.each([
    ['cut off', '{"count": 1'],
    ['of another shape', '{"count": "one"}'],
    ['empty', ''],
  ])('sets a file aside that is %s, and says so', async (_what, content) => {
    await writeFile(path, content);
    const { file, notice } = await open();
    expect(file.read()).toEqual({ count: 0 });
    expect(notice).toMatchObject({ code: 'file-unreadable', message: expect.stringContaining('document.json') });
    const names = await readdir(folder);
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/^document\.json\.broken-\d{4}-\d\d-\d\dT/);
    expect(await readFile(join(folder, names[0] ?? ''), 'utf8')).toBe(content);
  });

  it('never overwrites what it could not read', async () => {
    await writeFile(path, 'precious');
    const { file } = await open();
    file.replace({ count: 5 });
    await file.flush();
    const contents = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
    expect(contents.sort()).toEqual(['precious', '{"count":5}\n'].sort());
  });

  it('tells of a save into a folder that is a file, and saves once it is mended', async () => {
    path = join(folder, 'blocked', 'document.json');
    const { file } = await open(1);
    await writeFile(join(folder, 'blocked'), '');
    file.replace({ count: 1 });
    await expect.poll(() => failures.length).toBeGreaterThan(0);
    expect(failures[0]?.code).toBe('file-unwritable');
    await rm(join(folder, 'blocked'));
    file.replace({ count: 2 });
    await file.flush();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ count: 2 });
  });
});
