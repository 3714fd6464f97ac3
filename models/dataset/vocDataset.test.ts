import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { openDataset } from './openDataset.ts';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);

async function write(name: string, content = ''): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
  return at(name);
}

const bndbox = (xmin: number, ymin: number, xmax: number, ymax: number) =>
  `<bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox>`;
const annotation = (...objects: string[]) =>
  `<?xml version="1.0"?>\n<annotation><filename>x.jpg</filename><size><width>100</width><height>50</height><depth>3</depth></size>${objects.join('')}</annotation>`;

describe('VOC folders', () => {
  it('give boxes as the development kit counts pixels, difficult ones marked, without parts', async () => {
    // 1-based and inclusive: pixels 1 to 100 are the whole width.
    await write(
      'a/Annotations/1.xml',
      annotation(
        `<object><name>zebra</name><difficult>0</difficult>${bndbox(1, 1, 100, 50)}</object>`,
        `<object><part><name>head</name>${bndbox(3, 3, 4, 4)}</part>${bndbox(11, 21, 20, 40)}<name>ape &amp; co</name><difficult>1</difficult></object>`,
      ),
    );
    await write('a/JPEGImages/1.png');
    const dataset = await openDataset(at('a'));
    expect(dataset).toMatchObject({ format: 'voc', classNames: ['ape & co', 'zebra'] });
    const image = { path: at('a/JPEGImages/1.png'), id: '1' };
    expect(dataset.splits).toEqual([{ name: 'all', images: [image] }]);
    expect(await dataset.readTruth(image)).toEqual({
      path: at('a/Annotations/1.xml'),
      objects: [
        { id: 1, classId: 1, box: [0, 0, 100, 50], area: 5000, crowd: false, ignore: false },
        { id: 2, classId: 0, box: [10, 20, 20, 40], area: 200, crowd: false, ignore: true },
      ],
      flaws: [],
      size: { width: 100, height: 50 },
    });
  });

  it('are divided by the lists in ImageSets/Main, of which those of single classes are none', async () => {
    for (const name of ['1', '2', '3']) {
      await write(`b/Annotations/${name}.xml`, annotation());
      await write(`b/JPEGImages/${name}.jpg`);
    }
    await write('b/ImageSets/Main/train.txt', '1\r\n');
    await write('b/ImageSets/Main/val.txt', '2 -1\n3  1\n\n');
    await write('b/ImageSets/Main/trainval.txt', '1\n2\n3\n');
    await write('b/ImageSets/Main/ape_train.txt', '1\n');
    const { splits } = await openDataset(at('b'));
    expect(splits.map(({ name, images }) => [name, images.map(({ id }) => id)])).toEqual([
      ['train', ['1']],
      ['val', ['2', '3']],
    ]);
  });

  it('may be asked for any list in ImageSets/Main, whose lines name pictures in several ways', async () => {
    for (const name of ['my photo 1', '000002']) {
      await write(`lists/Annotations/${name}.xml`, annotation());
      await write(`lists/JPEGImages/${name}.jpg`);
    }
    await write('lists/ImageSets/Main/train.txt', 'my photo 1\nJPEGImages/000002.jpg\n');
    await write('lists/ImageSets/Main/val.txt', '000002.jpg  1\n000009.jpg\n');
    await write('lists/ImageSets/Main/trainval.txt', 'my photo 1 -1\n000002\n');
    await write('lists/ImageSets/Main/few.txt', '000002\n');
    const idsOf = async (split?: string) => {
      const { splits } = await openDataset(at('lists'), split === undefined ? {} : { split });
      return Object.fromEntries(splits.map(({ name, images }) => [name, images.map(({ id }) => id)]));
    };
    expect(await idsOf()).toEqual({ train: ['my photo 1', '000002'], val: ['000002', '000009'] });
    expect(await idsOf('trainval')).toEqual({ trainval: ['my photo 1', '000002'] });
    expect(await idsOf('few')).toEqual({ few: ['000002'] });
    expect(Object.keys(await idsOf('../Main/few'))).toEqual(['train', 'val']);
  });

  it('may write the letters of a class as numbers, as Python does', async () => {
    const named = (name: string) => `<object><name>${name}</name>${bndbox(1, 1, 9, 9)}</object>`;
    await write(
      'letters/Annotations/1.xml',
      annotation(named('&#20154;'), named('&#x72D7;'), named('caf&#233; &amp; co')),
    );
    await write('letters/JPEGImages/1.jpg');
    const dataset = await openDataset(at('letters'));
    expect(dataset.classNames).toEqual(['café & co', '人', '狗']);
    const { objects, flaws } = await dataset.readTruth({ path: at('letters/JPEGImages/1.jpg'), id: '1' });
    expect(objects.map(({ classId }) => classId)).toEqual([1, 2, 0]);
    expect(flaws).toEqual([]);
  });

  it('say what is wrong with a file and read the rest', async () => {
    const cat = '<name>cat</name>';
    await write(
      'c/Annotations/1.xml',
      annotation(
        `<object>${cat}${bndbox(5, 5, 5, 9)}</object>`,
        `<object>${cat}</object>`,
        `<object>${cat}${bndbox(90, 5, 140, 9)}</object>`,
        '<object/>',
      ),
    );
    await write('c/Annotations/2.xml', '<annotation><object></annotation>');
    await write('c/Annotations/3.xml', '<html></html>');
    await write('c/Annotations/5.xml', annotation());
    for (const name of ['1', '2', '3', '4']) await write(`c/JPEGImages/${name}.jpg`);
    const dataset = await openDataset(at('c'));
    const truthOf = (name: string) => dataset.readTruth({ path: at('c/JPEGImages', `${name}.jpg`), id: name });
    expect((await truthOf('1')).flaws).toEqual([
      { kind: 'empty-box', message: 'Object 1: its box has no area.' },
      { kind: 'unreadable-label', message: 'Object 2: it has no name or no box.' },
      { kind: 'outside-image', message: 'Object 3: its box reaches out of the picture.' },
      { kind: 'unreadable-label', message: 'Object 4: it has no name or no box.' },
    ]);
    expect((await truthOf('2')).flaws).toMatchObject([{ message: expect.stringContaining('not valid XML') }]);
    expect((await truthOf('3')).flaws).toMatchObject([{ message: expect.stringContaining('no VOC annotation') }]);
    expect(await truthOf('4')).toEqual({ path: null, objects: [], flaws: [] });
    expect(await dataset.findOrphans(new AbortController().signal)).toEqual([at('c/Annotations/5.xml')]);
  });

  it('may hold pictures and annotations side by side', async () => {
    await write('d/1.xml', annotation(`<object><name>cat</name>${bndbox(1, 1, 10, 10)}</object>`));
    await write('d/1.jpg');
    const dataset = await openDataset(at('d'));
    expect(dataset.splits).toEqual([{ name: 'all', images: [{ path: at('d/1.jpg'), id: '1' }] }]);
    expect((await dataset.readTruth({ path: at('d/1.jpg'), id: '1' })).objects).toHaveLength(1);
  });

  it('may lie in a folder for every split', async () => {
    const named = (name: string) => annotation(`<object><name>${name}</name>${bndbox(1, 1, 10, 10)}</object>`);
    await write('f/train/1.xml', named('zebra'));
    await write('f/train/1.jpg');
    await write('f/valid/1.xml', named('ape'));
    await write('f/valid/1.jpg');
    await write('f/test/2.jpg');
    const dataset = await openDataset(at('f'));
    expect(dataset).toMatchObject({ format: 'voc', path: at('f'), classNames: ['ape', 'zebra'] });
    expect(dataset.splits.map(({ name, images }) => [name, images.map(({ path }) => path)])).toEqual([
      ['train', [at('f/train/1.jpg')]],
      ['val', [at('f/valid/1.jpg')]],
    ]);
    for (const [index, { images }] of dataset.splits.entries()) {
      const [only] = images;
      expect(only && (await dataset.readTruth(only)).objects.map(({ classId }) => classId)).toEqual([1 - index]);
    }
  });

  it('do not unfold entities without end', async () => {
    const entities = Array.from({ length: 30 }, (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};">`).join('');
    const text = `<!DOCTYPE annotation [<!ENTITY e0 "x">${entities}]>${annotation('<object><name>&e30;</name></object>')}`;
    await write('e/Annotations/1.xml', text);
    await write('e/JPEGImages/1.jpg');
    const dataset = await openDataset(at('e'));
    const { objects, flaws } = await dataset.readTruth({ path: at('e/JPEGImages/1.jpg'), id: '1' });
    expect(objects).toEqual([]);
    expect(flaws).toHaveLength(1);
  });
});
