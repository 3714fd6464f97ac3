import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import type { PictureSize } from './dataset.ts';
import { findLabels } from './labelFile.ts';

describe('labels beside a picture', () => {
  const folder = temporaryFolder();
  const readLabelsBeside = (path: string, size: PictureSize) => findLabels(path, size, ['cup', 'ball'], []);
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

describe('labels of datasets', () => {
  const folder = temporaryFolder();
  const at = (...parts: string[]) => join(folder, ...parts);
  const size = { width: 100, height: 100 };

  it('are found by the names of their classes, in the first dataset that has the picture', async () => {
    await writeFile(at('a.jpg'), '');
    await writeFile(at('b.jpg'), '');
    const file = (category: string, bbox: readonly number[]) => ({
      images: [{ id: 1, file_name: 'a.jpg', width: 100, height: 100 }],
      categories: [
        { id: 1, name: category },
        { id: 2, name: 'ball' },
      ],
      annotations: [
        { id: 1, image_id: 1, category_id: 1, bbox },
        { id: 2, image_id: 1, category_id: 2, bbox: [1, 2, 3, 4] },
      ],
    });
    await writeFile(at('one.json'), JSON.stringify(file('kite', [0, 0, 9, 9])));
    await writeFile(at('two.json'), JSON.stringify(file('cup', [0, 0, 7, 7])));
    const classes = ['ball', 'Cup'];
    expect(await findLabels(at('a.jpg'), size, classes, [at('gone.json'), at('one.json'), at('two.json')])).toEqual({
      path: at('one.json'),
      objects: [{ classId: 0, box: [1, 2, 4, 6] }],
      problems: ['The model has no class "kite".'],
    });
    const second = await findLabels(at('a.jpg'), size, classes, [at('two.json')]);
    expect(second?.objects.map(({ classId }) => classId)).toEqual([1, 0]);
    // By number where no name is shared.
    const foreign = await findLabels(at('a.jpg'), size, ['x', 'y'], [at('one.json')]);
    expect(foreign?.objects.map(({ classId }) => classId)).toEqual([0, 1]);
    expect(await findLabels(at('b.jpg'), size, classes, [at('one.json')])).toBeNull();
  });

  it('follow a file that changes', async () => {
    await writeFile(at('list.yaml'), 'val: c\nnames: [cup]\n');
    await mkdir(at('c'));
    await writeFile(at('c', '1.jpg'), '');
    await writeFile(at('c', '1.txt'), '0 0.5 0.5 1 1');
    const find = () => findLabels(at('c', '1.jpg'), size, ['ball', 'cup'], [at('list.yaml')]);
    expect((await find())?.objects).toMatchObject([{ classId: 1 }]);
    await writeFile(at('list.yaml'), 'val: c\nnames: [ball, kite]\n');
    expect((await find())?.objects).toMatchObject([{ classId: 0 }]);
  });

  it('are read from VOC annotations beside the picture or under Annotations', async () => {
    const xml = (name: string) =>
      `<annotation><object><name>${name}</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>10</xmax><ymax>20</ymax></bndbox></object></annotation>`;
    await mkdir(at('voc', 'JPEGImages'), { recursive: true });
    await mkdir(at('voc', 'Annotations'));
    await writeFile(at('voc', 'Annotations', '1.xml'), xml('ball'));
    await writeFile(at('voc', 'JPEGImages', '2.xml'), xml('kite'));
    // However the model spells it.
    expect(await findLabels(at('voc', 'JPEGImages', '1.jpg'), size, ['cup', 'Ball'], [])).toEqual({
      path: at('voc', 'Annotations', '1.xml'),
      objects: [{ classId: 1, box: [0, 0, 10, 20] }],
      problems: [],
    });
    expect(await findLabels(at('voc', 'JPEGImages', '2.jpg'), size, ['cup', 'ball'], [])).toMatchObject({
      objects: [],
      problems: [expect.stringContaining('kite')],
    });
  });
});
