import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runRecorded } from '../testing/runRecorded.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { writePicture } from '../testing/writePicture.ts';
import type { DatasetFormat } from '../types.ts';
import { convertDataset } from './convertDataset.ts';
import type { TruthObject } from './dataset.ts';
import { openDataset } from './openDataset.ts';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);
let made = 0;
/** A path that is not there yet. */
const fresh = () => {
  made += 1;
  return at(`new ${made}`);
};

async function write(name: string, content: string): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
  return at(name);
}

const convert = (dataset: string, to: DatasetFormat, out: string, copyImages = true) =>
  convertDataset({ dataset, to, out, copyImages }, recordingContext().context);

/** Every object with its class name, by split and picture file. */
async function read(path: string): Promise<Map<string, { className: string; object: TruthObject }[]>> {
  const dataset = await openDataset(path);
  const found = new Map<string, { className: string; object: TruthObject }[]>();
  for (const { name, images } of dataset.splits) {
    for (const image of images) {
      const { objects } = await dataset.readTruth(image);
      const named = objects.map((object) => ({ className: dataset.classNames[object.classId] ?? '?', object }));
      found.set(`${name}/${image.path.split(/[\\/]/).at(-1)}`, named);
    }
  }
  return found;
}

const [width, height] = [320, 200];
/** A box of a pixel at least inside the picture, as shares. */
const side = (length: number) =>
  fc
    .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1 / length, max: 1, noNaN: true }))
    .map(([from, size]) => ({ middle: from * (1 - size) + size / 2, size }));
const row = fc.record({ classId: fc.integer({ min: 0, max: 2 }), x: side(width), y: side(height) });
/** First and last pixel as VOC has them. */
const pixels = ({ middle, size }: { middle: number; size: number }, length: number) => {
  const from = Math.round((middle - size / 2) * length);
  return [from, Math.max(Math.round((middle + size / 2) * length), from + 1)];
};
/** Objects that differ in whole pixels: of the same line twice, YOLO counts one. */
const labels = fc.uniqueArray(row, {
  maxLength: 8,
  selector: ({ classId, x, y }) => [classId, pixels(x, width), pixels(y, height)].join(),
});

describe('converting datasets', () => {
  it('keeps every box within half a pixel on the way from YOLO to COCO to VOC to YOLO', async () => {
    for (const split of ['train', 'val']) await mkdir(at('law/images', split), { recursive: true });
    await writePicture(at('law/images/train/a.png'), width, height);
    await writePicture(at('law/images/val/b.jpg'), width, height, 2);
    await write('law/data.yaml', 'train: images/train\nval: images/val\nnames: [cup, "a & b <c>", ball]\n');
    await fc.assert(
      fc.asyncProperty(labels, labels, async (first, second) => {
        for (const [file, rows] of [
          ['train/a', first],
          ['val/b', second],
        ] as const) {
          const lines = rows.map(({ classId, x, y }) => `${classId} ${x.middle} ${y.middle} ${x.size} ${y.size}`);
          await write(`law/labels/${file}.txt`, lines.join('\n'));
        }
        const [coco, voc, yolo] = [fresh(), fresh(), fresh()];
        await convert(at('law'), 'coco', coco);
        await convert(coco, 'voc', voc);
        await convert(voc, 'yolo', yolo);
        const [before, after] = await Promise.all([read(at('law')), read(yolo)]);
        const exact = await read(coco);
        expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
        for (const [picture, objects] of before) {
          const found = after.get(picture) ?? [];
          expect(found.map(({ className }) => className)).toEqual(objects.map(({ className }) => className));
          for (const [index, { object }] of objects.entries()) {
            for (const [edge, value] of object.box.entries()) {
              expect(Math.abs((exact.get(picture)?.[index]?.object.box[edge] ?? -9) - value)).toBeLessThan(2e-4);
              expect(Math.abs((found[index]?.object.box[edge] ?? -9) - value)).toBeLessThan(0.501);
            }
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('says in VOC what a person would write by hand, and reads whole pixels back exactly', async () => {
    await mkdir(at('hand'), { recursive: true });
    await writePicture(at('hand/a.jpg'), 100, 50);
    const json = {
      images: [{ id: 4, file_name: 'a.jpg', width: 100, height: 50 }],
      categories: [{ id: 3, name: 'dog & cat' }],
      annotations: [
        { id: 1, image_id: 4, category_id: 3, bbox: [10, 20, 5, 6], area: 30 },
        { id: 2, image_id: 4, category_id: 3, bbox: [0, 0, 100, 50], iscrowd: 1 },
        { id: 3, image_id: 4, category_id: 3, bbox: [99.2, 49, 0.4, 3], ignore: 1 },
      ],
    };
    await write('hand/val.json', JSON.stringify(json));
    const voc = fresh();
    const report = await convert(at('hand/val.json'), 'voc', voc);
    expect(report).toMatchObject({ from: 'coco', to: 'voc', images: 1, objects: 3, copiedImages: 1, opens: [voc] });
    expect(report.notes).toEqual(['1 crowd is marked as difficult.']);
    const xml = await readFile(join(voc, 'Annotations/a.xml'), 'utf8');
    expect(xml).toContain('<name>dog &amp; cat</name>');
    // Pixels 11 to 15 and 21 to 26, counted from 1.
    expect(xml).toContain('<bndbox><xmin>11</xmin><ymin>21</ymin><xmax>15</xmax><ymax>26</ymax></bndbox>');
    expect(xml).toContain('<bndbox><xmin>100</xmin><ymin>50</ymin><xmax>100</xmax><ymax>50</ymax></bndbox>');
    const back = await read(voc);
    expect(back.get('val/a.jpg')?.map(({ object }) => [object.box, object.ignore])).toEqual([
      [[10, 20, 15, 26], false],
      [[0, 0, 100, 50], true],
      [[99, 49, 100, 50], true],
    ]);
    const yolo = await convert(at('hand/val.json'), 'yolo', fresh(), false);
    expect(yolo.notes).toEqual([
      '1 crowd was left out: YOLO labels cannot say it.',
      '1 ignored or difficult object was left out: YOLO labels cannot say it.',
      expect.stringContaining('stay where they are'),
    ]);
    expect(await readFile(join(yolo.out, 'labels/val/a.txt'), 'utf8')).toBe('0 0.125 0.46 0.05 0.12\n');
    expect(await readFile(join(yolo.out, 'data.yaml'), 'utf8')).toBe('val: images/val\nnames:\n  0: dog & cat\n');
  });

  it('finds the pictures of a COCO file where they were, without copies', async () => {
    await mkdir(at('stay'), { recursive: true });
    await writePicture(at('stay/sub/../a.png'));
    await write('stay/a.txt', '1 0.5 0.5 0.5 0.5');
    const out = fresh();
    await convert(at('stay'), 'coco', out, false);
    expect(await readdir(out)).toEqual(['annotations']);
    const dataset = await openDataset(out);
    expect(dataset.splits[0]?.images).toMatchObject([{ path: at('stay/a.png'), width: 64, height: 64 }]);
    expect(dataset.classNames).toEqual(['0', '1']);
  });

  it('gives pictures of the same name names of their own', async () => {
    for (const [seed, place] of ['a/1.png', 'b/1.png', 'b/1.jpg'].entries()) {
      await mkdir(dirname(at('same', place)), { recursive: true });
      await writePicture(at('same', place), 40 + seed, 30);
      await write(`same/${place.replace(/\.\w+$/, '.txt')}`, '0 0.5 0.5 1 1');
    }
    const out = fresh();
    await convert(at('same'), 'voc', out);
    expect((await readdir(join(out, 'Annotations'))).sort()).toEqual(['1-2.xml', '1-3.xml', '1.xml']);
    expect([...(await read(out)).values()].map(([first]) => first?.object.box[2]).sort()).toEqual([40, 41, 42]);
  });

  it('leaves out pictures whose size cannot be read, and says so', async () => {
    await write('broken/1.jpg', 'no picture');
    await write('broken/1.txt', '0 0.5 0.5 1 1');
    await expect(convert(at('broken'), 'coco', fresh())).rejects.toMatchObject({ code: 'no-images' });
    await writePicture(at('broken/2.png'));
    const report = await convert(at('broken'), 'coco', fresh());
    expect(report).toMatchObject({ images: 1, objects: 0 });
    expect(report.notes[0]).toContain('1 picture was left out');
  });

  it('leaves out pictures that are to be copied and are not there, or are none', async () => {
    await writePicture(await write('gaps/1.png', ''), 30, 20);
    await write('gaps/3.jpg', 'no picture');
    const json = {
      images: [1, 2, 3].map((id) => ({ id, file_name: `${id}.${id === 1 ? 'png' : 'jpg'}`, width: 30, height: 20 })),
      categories: [{ id: 1, name: 'cup' }],
      annotations: [],
    };
    const file = await write('gaps/val.json', JSON.stringify(json));
    const copied = await convert(file, 'yolo', fresh());
    expect(copied).toMatchObject({ images: 1, copiedImages: 1 });
    expect(copied.notes[0]).toMatch(/^2 pictures were left out: .*2\.jpg does not exist/);
    expect(await convert(file, 'yolo', fresh(), false)).toMatchObject({ images: 3, copiedImages: 0 });
    expect((await convert(file, 'coco', fresh(), false)).notes).toEqual([expect.stringContaining('no outlines')]);
  });

  it('never writes into the dataset or over something, and leaves nothing half-written', async () => {
    await mkdir(at('safe/set/images'), { recursive: true });
    await writePicture(at('safe/set/images/1.jpg'));
    const set = at('safe/set');
    await expect(convert(set, 'voc', join(set, 'out'))).rejects.toMatchObject({ code: 'bad-input' });
    await expect(convert(set, 'voc', set)).rejects.toMatchObject({ code: 'bad-input' });
    await write('safe/full/x.txt', '');
    await expect(convert(set, 'voc', at('safe/full'))).rejects.toMatchObject({ code: 'bad-input' });
    await write('safe/file', '');
    await expect(convert(set, 'voc', at('safe/file'))).rejects.toMatchObject({ code: 'bad-input' });
    await mkdir(at('safe/empty'));
    await convert(set, 'voc', at('safe/empty'), false);
    const { context, controller } = recordingContext();
    const stopped = convertDataset(
      { dataset: set, to: 'voc', out: at('safe/stopped'), copyImages: false },
      { ...context, report: ({ step }) => step === 'Writing labels' && controller.abort() },
    );
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    expect((await readdir(at('safe'))).sort()).toEqual(['empty', 'file', 'full', 'set']);
  });

  it.skipIf(process.platform !== 'linux')('sees before it reads that its folder could not be written', async () => {
    await writePicture(await write('unwritable/1.png', ''));
    const { context, reports } = recordingContext();
    const request = { dataset: at('unwritable'), to: 'voc', out: '/proc/boxwright/out', copyImages: false } as const;
    await expect(convertDataset(request, context)).rejects.toMatchObject({ code: 'file-unwritable' });
    expect(reports).toEqual([]);
  });

  it.skipIf(!hasSharedFolder)('takes BCCD to YOLO and COCO with every object', async () => {
    const out = fresh();
    const report = await convert(sharedPath('data', 'bccd', 'BCCD'), 'coco', out, false);
    expect(report).toMatchObject({ images: 364, objects: 4155 + 372 + 361, notes: [] });
  });
});

describe('boxwright dataset convert', () => {
  it('says what to open', async () => {
    await mkdir(at('command'), { recursive: true });
    await writePicture(at('command/a.png'));
    await write('command/a.txt', '0 0.5 0.5 0.5 0.5');
    const out = fresh();
    const plain = await runRecorded(['dataset', 'convert', at('command'), '--to', 'voc', '-o', out, '--copy-images']);
    expect(plain).toMatchObject({ exitCode: 0, out: expect.stringContaining('1, copied') });
    const again = await runRecorded(['dataset', 'convert', at('command'), '--to', 'voc', '-o', out, '--json']);
    expect(again.exitCode).toBe(2);
    expect(await runRecorded(['dataset', 'convert', at('command'), '-o', fresh()])).toMatchObject({ exitCode: 2 });
  });
});
