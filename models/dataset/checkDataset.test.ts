import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runRecorded } from '../testing/runRecorded.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { writePicture } from '../testing/writePicture.ts';
import { checkDataset } from './checkDataset.ts';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);

async function write(name: string, content = ''): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), content);
  return at(name);
}

const check = (dataset: string, more: { split?: string; decode?: boolean } = {}) =>
  checkDataset({ dataset, decode: true, ...more }, recordingContext().context);

/** A dataset with one fault of each kind that YOLO labels can have. */
async function makeFaulty(name: string): Promise<string> {
  const yaml = await write(`${name}/data.yaml`, 'train: images/train\nval: images/val\nnames: [cup, ball, kite]\n');
  for (const split of ['train', 'val']) await mkdir(at(name, 'images', split), { recursive: true });
  for (const [seed, picture] of ['1', '2', '3', '4', '5'].entries()) {
    await writePicture(at(name, 'images/train', `${picture}.png`), 64, 48, seed + 1);
  }
  await writePicture(at(name, 'images/train/2.png'), 256, 192, 2);
  await copyFile(at(name, 'images/train/1.png'), at(name, 'images/val/twin.png'));
  await writePicture(at(name, 'images/val/alike.jpg'), 256, 192, 2);
  await write(`${name}/images/val/cut.jpg`, '\u00ff\u00d8');
  await write(`${name}/labels/train/1.txt`, '0 0.5 0.5 0.25 0.25\n1 0.5 0.5 0.25 0.25\n0 0.5 0.5 0.25 0.25\n');
  await write(`${name}/labels/train/2.txt`, '1 0.5 0.5 0 0.5\n0 0.9 0.5 0.8 0.5\n9 0.5 0.5 0.1 0.1\nx\n');
  await write(`${name}/labels/train/3.txt`, '');
  await write(`${name}/labels/train/5.txt`, '0 0.5 0.5 0.5 0.5\n');
  await write(`${name}/labels/val/gone.txt`, '0 0.5 0.5 0.5 0.5\n');
  await write(`${name}/labels/val/twin.txt`, '0 0.5 0.5 0.25 0.25\n');
  await write(`${name}/labels/val/alike.txt`, '0 0.5 0.5 0.25 0.25\n');
  await write(`${name}/labels/val/cut.txt`, '0 0.5 0.5 0.25 0.25\n');
  return yaml;
}

describe('checking a dataset', () => {
  it('finds one fault of each kind and counts what is sound', async () => {
    const report = await check(await makeFaulty('faulty'));
    const inTrain = (file: string) => at('faulty', file.endsWith('.txt') ? 'labels' : 'images', 'train', file);
    const inVal = (file: string) => at('faulty', file.endsWith('.txt') ? 'labels' : 'images', 'val', file);
    expect(report.findings.map(({ kind, path }) => [kind, path])).toEqual([
      ['unreadable-image', inVal('cut.jpg')],
      ['unreadable-label', inTrain('2.txt')],
      ['unknown-class', inTrain('2.txt')],
      ['labels-without-image', inVal('gone.txt')],
      ['image-without-labels', inTrain('4.png')],
      ['empty-box', inTrain('2.txt')],
      ['outside-image', inTrain('2.txt')],
      ['duplicate-box', inTrain('1.txt')],
      ['duplicate-image', inVal('twin.png')],
      // The pixels of train/2.png, compressed.
      ['similar-images', inVal('alike.jpg')],
    ]);
    expect(report.findings.find(({ kind }) => kind === 'duplicate-image')?.message).toContain('which is in "train"');
    expect(report.counts).toMatchObject({ 'duplicate-box': 1, 'size-differs': 0 });
    expect(report.splits).toEqual([
      { name: 'train', images: 5, backgrounds: 1, objects: 5 },
      { name: 'val', images: 3, backgrounds: 0, objects: 2 },
    ]);
    expect(report.classes).toEqual([
      { classId: 0, className: 'cup', objects: 5, images: 5 },
      { classId: 1, className: 'ball', objects: 2, images: 2 },
      { classId: 2, className: 'kite', objects: 0, images: 0 },
    ]);
  });

  it('looks at one split alone, and at headers alone', async () => {
    const yaml = await makeFaulty('parts');
    const val = await check(yaml, { split: 'val', decode: false });
    expect(val.decoded).toBe(false);
    expect(val.splits.map(({ name }) => name)).toEqual(['val']);
    expect(val.findings.map(({ kind }) => kind)).toEqual(['unreadable-image']);
    await expect(check(yaml, { split: 'test' })).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('compares the size that a COCO file states, and names its annotations', async () => {
    await writePicture(await write('coco/a.png'), 20, 10);
    const annotation = { id: 8, image_id: 1, category_id: 1, bbox: [0, 0, 5, 5] };
    const json = {
      images: [{ id: 1, file_name: 'a.png', width: 10, height: 20 }],
      categories: [{ id: 1, name: 'cup' }],
      annotations: [annotation, { ...annotation, id: 9 }, { ...annotation, id: 10, image_id: 2 }],
    };
    const report = await check(await write('coco/labels.json', JSON.stringify(json)));
    expect(report.findings.map(({ kind, message }) => [kind, message])).toEqual([
      ['labels-without-image', 'Annotation 10: there is no such picture.'],
      ['size-differs', 'Its labels are for 10 x 20 pixels; it has 20 x 10.'],
      ['duplicate-box', 'Object 9 has the class and the box of object 8.'],
    ]);
  });

  it('gives the same report each time, and stops when cancelled', async () => {
    const yaml = await makeFaulty('again');
    expect(await check(yaml)).toEqual(await check(yaml));
    const { context, controller } = recordingContext();
    controller.abort();
    await expect(checkDataset({ dataset: yaml, decode: true }, context)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('refuses a dataset without pictures', async () => {
    await expect(
      check(await write('none/data.yaml', 'train: [list.txt]').then(() => at('none'))),
    ).rejects.toMatchObject({
      code: 'file-not-found',
    });
    await mkdir(at('empty'));
    await expect(check(at('empty'))).rejects.toMatchObject({ code: 'no-images' });
  });

  it.skipIf(!hasSharedFolder)('finds the two degenerate boxes of BCCD and nothing else', async () => {
    const { findings } = await check(sharedPath('data', 'bccd', 'BCCD'), { decode: false });
    expect(findings.map(({ kind, path }) => [kind, path.slice(-9)])).toEqual([
      ['empty-box', '00343.xml'],
      ['empty-box', '00338.xml'],
    ]);
  });
});

describe('boxwright dataset check', () => {
  it('ends with 0 in spite of findings, and with 3 when strict', async () => {
    const yaml = await makeFaulty('command');
    const plain = await runRecorded(['dataset', 'check', yaml]);
    expect(plain).toMatchObject({ exitCode: 0 });
    expect(plain.out).toContain('1 box is there twice');
    expect(plain.out).toContain('without objects: kite');
    const strict = await runRecorded(['dataset', 'check', yaml, '--strict', '--json', '--no-decode']);
    expect(strict.exitCode).toBe(3);
    expect(JSON.parse(strict.out)).toMatchObject({ format: 'yolo', decoded: false, counts: { 'unknown-class': 1 } });
    expect(strict.errors).toContain('findings');
  });
});
