import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { readLabelsBeside } from './labelFile.ts';

describe('labels beside a picture', () => {
  const folder = temporaryFolder();
  const image = (name: string) => join(folder, 'images', name);

  it('are found by either convention, and none where there are none', async () => {
    await mkdir(join(folder, 'images'), { recursive: true });
    await mkdir(join(folder, 'labels'));
    await writeFile(join(folder, 'labels', 'a.txt'), '\ufeff0 0.5 0.5 1 1');
    await writeFile(join(folder, 'images', 'b.txt'), '');
    expect(await readLabelsBeside(image('a.jpg'), { width: 10, height: 20 })).toEqual({
      path: join(folder, 'labels', 'a.txt'),
      objects: [{ classId: 0, box: [0, 0, 10, 20] }],
      problems: [],
    });
    const empty = await readLabelsBeside(image('b.jpg'), { width: 10, height: 20 });
    expect(empty).toEqual({ path: image('b.txt'), objects: [], problems: [] });
    expect(await readLabelsBeside(image('c.jpg'), { width: 10, height: 20 })).toBeNull();
  });

  it.each([
    ['0 0.5 0.5 0 0.2', 'no area', 1],
    ['0 0.95 0.5 0.2 0.2', 'out of the picture', 2],
    ['x', 'numbers', 1],
  ])('tell that %j is wrong and show the others', async (line, fault, shown) => {
    await writeFile(join(folder, 'flawed.txt'), `0 0.5 0.5 0.1 0.1\n${line}`);
    const labels = await readLabelsBeside(join(folder, 'flawed.png'), { width: 100, height: 100 });
    expect(labels?.objects).toHaveLength(shown);
    expect(labels?.problems).toEqual([expect.stringMatching(new RegExp(`^Line 2: .*${fault}`))]);
  });

  it('do not flood the list of problems', async () => {
    await writeFile(join(folder, 'bad.txt'), 'x\n'.repeat(100));
    const labels = await readLabelsBeside(join(folder, 'bad.png'), { width: 10, height: 10 });
    expect(labels?.problems).toHaveLength(6);
    expect(labels?.problems.at(-1)).toContain('95 more');
  });

  it('are not read from a file that is too large for them', async () => {
    await writeFile(join(folder, 'huge.txt'), new Uint8Array(4 * 2 ** 20 + 1));
    const labels = await readLabelsBeside(join(folder, 'huge.png'), { width: 10, height: 10 });
    expect(labels).toMatchObject({ objects: [], problems: [expect.stringContaining('larger than 4 MB')] });
  });

  it.skipIf(!hasSharedFolder)('are those of the JSON twin of COCO8', async () => {
    // coco8_gt_as_coco.json: image 49 has 9 objects (labels/val/000000000049.txt has as many lines).
    const photo = sharedPath('data', 'coco8', 'images', 'val', '000000000049.jpg');
    const labels = await readLabelsBeside(photo, { width: 381, height: 500 });
    expect(labels?.problems).toEqual([]);
    expect(labels?.objects).toHaveLength(9);
  });
});
