import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { listImages } from './collect.ts';
import { type WalkedFile, walkPaths } from './walk.ts';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
const hasPosixNames = process.platform !== 'win32';

async function walk(...paths: string[]): Promise<WalkedFile[]> {
  const found: WalkedFile[] = [];
  for await (const file of walkPaths(paths, new AbortController().signal)) found.push(file);
  return found;
}

describe('walking folders', () => {
  it('goes depth first, each folder where its name stands, and numbers by their value', async () => {
    for (const name of ['order/10', 'order/2']) mkdirSync(at(name), { recursive: true });
    for (const name of ['order/10/b.jpg', 'order/2/c.jpg', 'order/1.jpg', 'order/9.jpg', 'order/11.jpg']) {
      writeFileSync(at(name), '');
    }
    const names = (await walk(at('order'), at('order/9.jpg'))).map(({ path }) => path.slice(at('order').length + 1));
    expect(names).toEqual(['1.jpg', '2/c.jpg', '9.jpg', '10/b.jpg', '11.jpg', '9.jpg'].map((name) => join(name)));
  });

  it('lists 100,000 pictures in their order, in little memory', { timeout: 120_000 }, async () => {
    mkdirSync(at('many'));
    const count = 100_000;
    for (let index = 0; index < count; index += 1) writeFileSync(at('many', `${index}.jpg`), '');
    const before = process.memoryUsage().rss;
    const images = await listImages([at('many')]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    expect(images).toHaveLength(count);
    expect([images[0], images[9], images.at(-1)]).toEqual([at('many/0.jpg'), at('many/9.jpg'), at('many/99999.jpg')]);
  });

  it.skipIf(!hasPosixNames)('finds files of any name', async () => {
    const names = [
      '#1',
      '100%',
      '50%20',
      'a b',
      'why?',
      'new\nline',
      '-dash',
      '"quoted\'',
      'dots..',
      '日本',
      '😀',
      '\u001b[31m',
    ];
    mkdirSync(at('names # % ?\n'));
    for (const name of names) writeFileSync(at('names # % ?\n', `${name}.jpg`), '');
    const found = await listImages([at('names # % ?\n')]);
    expect(new Set(found)).toEqual(new Set(names.map((name) => at('names # % ?\n', `${name}.jpg`))));
  });

  it.skipIf(!hasPosixNames)('says what is wrong with links, pipes and names', async () => {
    mkdirSync(at('tree/odd/x.jpg'), { recursive: true });
    writeFileSync(at('tree/odd/x.jpg/in.jpg'), '');
    symlinkSync('nowhere', at('tree/odd/broken.jpg'));
    symlinkSync('self.jpg', at('tree/odd/self.jpg'));
    symlinkSync('..', at('tree/odd/up'));
    symlinkSync('/dev/zero', at('tree/odd/zero.jpg'));
    execFileSync('mkfifo', [at('tree/odd/pipe.jpg')]);
    const found = await walk(at('tree/odd'));
    const problemOf = (name: string) => found.find(({ path }) => path === at('tree/odd', name))?.problem;
    expect(problemOf('broken.jpg')).toBe('It is a link that leads nowhere.');
    expect(problemOf('self.jpg')).toBe('It is a link that leads to itself.');
    expect(problemOf('zero.jpg')).toBe('It is neither a file nor a folder.');
    expect(problemOf('pipe.jpg')).toBe('It is neither a file nor a folder.');
    expect(found).toContainEqual({ path: at('tree/odd/x.jpg/in.jpg'), named: false });
    // The link out of the folder leads to all else here once, and not back into the folder itself.
    expect(found.filter(({ path }) => path.endsWith('in.jpg'))).toHaveLength(1);
    expect(found).toContainEqual({
      path: at('tree/odd/up/odd'),
      named: false,
      problem: expect.stringContaining('already'),
    });
    // A list of pictures keeps what is named like one: the decoder says why it cannot be read.
    expect(await listImages([at('tree/odd/broken.jpg'), at('tree/odd')]).catch(({ message }) => message)).toContain(
      'leads nowhere',
    );
    expect(await listImages([at('tree/odd')])).toContain(at('tree/odd/broken.jpg'));
  });

  it.skipIf(process.platform !== 'linux')('outlives names that are no valid Unicode', async () => {
    mkdirSync(at('bytes'));
    writeFileSync(Buffer.concat([Buffer.from(at('bytes/')), Buffer.from([0x62, 0xff, 0xfe]), Buffer.from('.jpg')]), '');
    writeFileSync(Buffer.concat([Buffer.from(at('bytes/')), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('.jpg')]), '');
    writeFileSync(at('bytes', '\ufffd.jpg'), ''); // a name that does hold this character
    const found = await walk(at('bytes'));
    expect(found).toHaveLength(3);
    const good = found.filter(({ problem }) => problem === undefined);
    expect(good.map(({ path }) => path)).toEqual([at('bytes', '\ufffd.jpg')]);
    const [bad] = found.filter(({ problem }) => problem !== undefined);
    expect(bad?.problem).toBe('Its name is not valid Unicode: rename it.');
  });
});
