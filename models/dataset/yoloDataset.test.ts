import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import { chooseSplit, type Dataset } from './dataset.ts';
import { openDataset } from './openDataset.ts';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);

async function write(name: string, content = ''): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
  return at(name);
}

/** Ids of the pictures of each split. */
function idsOf({ splits }: Dataset): Record<string, readonly (string | number)[]> {
  return Object.fromEntries(splits.map(({ name, images }) => [name, images.map(({ id }) => id)]));
}

describe('data.yaml', () => {
  it('takes folders, lists and lists of both, and names of three spellings for val', async () => {
    for (const name of ['a/images/train/1.jpg', 'a/images/train/2.png', 'a/images/val/3.jpg', 'a/more/4.jpg']) {
      await write(name);
    }
    await write('a/lists/train.txt', '\ufeffimages/train/2.png\r\n\r\n./beside.jpg\r\n');
    const open = async (text: string) => idsOf(await openDataset(await write('a/data.yaml', text)));
    const train = ['images/train/1.jpg', 'images/train/2.png'];
    expect(await open('train: images/train\nval: images/val\nnames: [x]')).toEqual({
      train,
      val: ['images/val/3.jpg'],
    });
    expect(await open('\ufefftrain: [images/train, more]\r\nvalidation: images/val\r\n')).toEqual({
      train: [...train, 'more/4.jpg'],
      val: ['images/val/3.jpg'],
    });
    expect(await open('valid: images/val\ntest: lists/train.txt')).toEqual({
      val: ['images/val/3.jpg'],
      test: ['images/train/2.png', 'lists/beside.jpg'],
    });
    expect(await open('train: [lists/train.txt, images/train]\nval:\n')).toEqual({
      train: ['images/train/2.png', 'lists/beside.jpg', 'images/train/1.jpg'],
    });
  });

  it.skipIf(process.platform === 'win32')('takes paths that were written on Windows', async () => {
    for (const name of ['w/images/train/1.jpg', 'w/images/val/2.jpg', 'w/lists/3.jpg']) await write(name);
    const listed = 'images\\train\\1.jpg\r\n.\\3.jpg\r\nimages\\val\\2.jpg\r\n';
    await write('w/lists/test.txt', listed);
    await write('w/lists/gone.txt', `images\\gone.jpg\r\n${listed}`);
    const text = 'path: ..\\w\r\ntrain: .\\images\\train\r\nval: [..\\images\\val]\r\ntest: lists\\test.txt\r\n';
    const all = ['images/train/1.jpg', 'lists/3.jpg', 'images/val/2.jpg'];
    expect(idsOf(await openDataset(await write('w/data.yaml', text)))).toEqual({
      train: ['images/train/1.jpg'],
      val: ['images/val/2.jpg'],
      test: all,
    });
    const moved = await openDataset(await write('w/data.yaml', 'test: lists\\gone.txt'));
    expect(idsOf(moved)).toEqual({ test: ['images/gone.jpg', ...all] });
  });

  it('finds the root whether its path is absolute, relative to the file or gone', async () => {
    await write('b/set/images/1.jpg');
    const open = async (path: string) =>
      (await openDataset(await write('b/yaml/data.yaml', `path: ${JSON.stringify(path)}\ntrain: images`))).splits[0]
        ?.images;
    const expected = [{ path: at('b/set/images/1.jpg'), id: 'images/1.jpg' }];
    expect(await open(at('b/set'))).toEqual(expected);
    expect(await open('../set')).toEqual(expected);
    expect(await open(relative(process.cwd(), at('b/set')))).toEqual(expected);
    await write('b/moved/images/1.jpg');
    const moved = await openDataset(await write('b/moved/data.yaml', 'path: /elsewhere/set\ntrain: ../images\n'));
    expect(moved.splits[0]?.images).toEqual([{ path: at('b/moved/images/1.jpg'), id: 'images/1.jpg' }]);
  });

  it('starts the places of a list at the root, or at the list where the pictures are not there', async () => {
    await write('c/set/lists/own/5.jpg');
    await write('c/set/lists/val.txt', 'own/5.jpg\nown/6.jpg\n');
    const yaml = await write('c/set/data.yaml', 'val: lists/val.txt');
    expect(idsOf(await openDataset(yaml))).toEqual({ val: ['lists/own/5.jpg', 'lists/own/6.jpg'] });
  });

  it.each([
    ['names: [cat, dog]', ['cat', 'dog']],
    ['names: {0: cat, 2: dog}', ['cat', '1', 'dog']],
    ['names: {"0": cat, "1": 7}', ['cat', '7']],
    ['nc: 3', ['0', '1', '2']],
    ['nc: 3\nnames: [cat, dog]', ['cat', 'dog', '2']],
    ['names: [yes, no, 3.5]', ['yes', 'no', '3.5']],
    ['', []],
  ])('reads the classes of %j', async (text, names) => {
    const dataset = await openDataset(await write('names/data.yaml', `train: .\n${text}`));
    expect(dataset.classNames).toEqual(names);
    expect(dataset.notes).toHaveLength(text.includes('nc') && text.includes('names') ? 1 : 0);
  });

  it.each([
    ['names: {a: cat}', 'class numbers'],
    ['names: {-1: cat}', 'class numbers'],
    ['names: {99999999: cat}', 'class numbers'],
    ['names: 5', '"names"'],
    ['nc: many', '"nc"'],
  ])('refuses %j', async (text, why) => {
    const yaml = await write('refused/data.yaml', `train: .\n${text}`);
    await expect(openDataset(yaml)).rejects.toMatchObject({
      code: 'dataset-invalid',
      message: expect.stringContaining(why),
    });
  });

  it('lists only the split that is asked for', async () => {
    const yaml = await write('d/data.yaml', 'train: nowhere\nval: images');
    await write('d/images/1.jpg');
    expect(idsOf(await openDataset(yaml, { split: 'val' }))).toEqual({ val: ['images/1.jpg'] });
    await expect(openDataset(yaml, { split: 'test' })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(openDataset(yaml, { split: 'train' })).rejects.toMatchObject({ code: 'file-not-found' });
    const whole = await openDataset(yaml);
    expect(idsOf(whole)).toEqual({ val: ['images/1.jpg'] });
    expect(whole.notes).toEqual([expect.stringContaining('nowhere')]);
  });
});

describe('truth of YOLO pictures', () => {
  it('is in pixels of the picture, found under labels or beside', async () => {
    await mkdir(at('e/images'), { recursive: true });
    for (const name of ['1', '2', '3', '4']) await writePicture(at(`e/images/${name}.png`), 200, 100);
    await write(
      'e/labels/1.txt',
      '\ufeff1 0.5 0.5 0.5 0.5\r\n\r\n7 0.5 0.5 0.1 0.1\r\n0 0.75 0.5 0.625 0.25\r\n0 0.5 0.5 0 0\r\n',
    );
    await write('e/images/2.txt', '0 0.25 0.5 0.5 1');
    await write('e/labels/3.txt', '  \n');
    const dataset = await openDataset(await write('e/data.yaml', 'train: images\nnames: [a, b]'));
    const { images } = chooseSplit(dataset);
    const [first, second, third, fourth] = await Promise.all(images.map((image) => dataset.readTruth(image)));
    expect(first?.objects).toMatchObject([
      { id: 1, classId: 1, box: [50, 25, 150, 75], area: 5000, crowd: false, ignore: false },
      { id: 3, classId: 0, box: [87.5, 37.5, 212.5, 62.5], area: 3125 },
      { id: 4, classId: 0, box: [100, 50, 100, 50], area: 0 },
    ]);
    expect(first?.flaws.map(({ kind, message }) => [kind, message.slice(0, 6)])).toEqual([
      ['unknown-class', 'Line 3'],
      ['outside-image', 'Line 4'],
      ['empty-box', 'Line 5'],
    ]);
    expect(second).toMatchObject({ path: at('e/images/2.txt'), objects: [{ box: [0, 0, 100, 100] }], flaws: [] });
    expect(third).toEqual({ path: at('e/labels/3.txt'), objects: [], flaws: [] });
    expect(fourth).toEqual({ path: null, objects: [], flaws: [] });
  });

  it('counts a line once that is there twice, as training does', async () => {
    await mkdir(at('twice'), { recursive: true });
    await writePicture(at('twice/1.png'), 100, 100);
    await write('twice/1.txt', '0 0.5 0.5 0.2 0.2\n1 0.5 0.5 0.2 0.2\n0 0.50 0.5 0.20 0.2\n');
    const dataset = await openDataset(await write('twice/data.yaml', 'train: .'));
    const { objects, flaws } = await dataset.readTruth({ path: at('twice/1.png'), id: '1' });
    expect(objects.map(({ classId }) => classId)).toEqual([0, 1]);
    expect(flaws).toEqual([{ kind: 'duplicate-box', message: 'Line 3: it has the class and the box of line 1.' }]);
  });

  it('reads keypoints by the shape that data.yaml gives', async () => {
    await mkdir(at('pose'), { recursive: true });
    await writePicture(at('pose/1.png'), 100, 100);
    await write('pose/1.txt', '0 0.5 0.5 0.2 0.2 0.1 0.1 0.9 0.9');
    const dataset = await openDataset(await write('pose/data.yaml', 'train: .\nkpt_shape: [2, 2]'));
    const { objects } = await dataset.readTruth({ path: at('pose/1.png'), id: '1' });
    for (const [edge, value] of [40, 40, 60, 60].entries()) expect(objects[0]?.box[edge]).toBeCloseTo(value, 9);
  });

  it('needs no picture where the size is given, and says which one it cannot read elsewhere', async () => {
    await write('f/1.jpg', 'no picture');
    await write('f/1.txt', '0 0.5 0.5 1 1');
    const dataset = await openDataset(await write('f/data.yaml', 'val: .'));
    const image = { path: at('f/1.jpg'), id: '1.jpg' };
    expect((await dataset.readTruth(image, { width: 4, height: 2 })).objects).toMatchObject([{ box: [0, 0, 4, 2] }]);
    await expect(dataset.readTruth(image)).rejects.toMatchObject({ code: 'image-unreadable' });
  });

  it('finds label files without a picture', async () => {
    await write('g/images/1.jpg');
    await write('g/labels/1.txt', '0 0.5 0.5 1 1');
    await write('g/labels/2.txt', '0 0.5 0.5 1 1');
    await write('g/labels/classes.txt', 'cat\n');
    const dataset = await openDataset(await write('g/data.yaml', 'val: images'));
    expect(await dataset.findOrphans(new AbortController().signal)).toEqual([at('g/labels/2.txt')]);
  });
});

describe('folders without a data.yaml', () => {
  it('are divided by the names of their folders, with class names from a list', async () => {
    for (const name of ['images/train/1.jpg', 'images/val/2.jpg', 'valid/images/3.jpg']) await write(`h/${name}`);
    await write('h/classes.txt', 'cat\r\n dog \r\n\r\n');
    const dataset = await openDataset(at('h'));
    expect(idsOf(dataset)).toEqual({ train: ['images/train/1.jpg'], val: ['images/val/2.jpg', 'valid/images/3.jpg'] });
    expect(dataset.classNames).toEqual(['cat', 'dog']);
  });

  it('are one split elsewhere', async () => {
    await write('i/x/1.jpg');
    await write('i/x/1.txt', '3 0.5 0.5 1 1');
    const dataset = await openDataset(at('i'));
    expect(idsOf(dataset)).toEqual({ all: ['x/1.jpg'] });
    const truth = await dataset.readTruth({ path: at('i/x/1.jpg'), id: 'x/1.jpg' }, { width: 2, height: 2 });
    expect(truth).toMatchObject({ objects: [{ classId: 3 }], flaws: [] });
  });
});
