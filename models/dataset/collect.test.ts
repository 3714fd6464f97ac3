import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, listImages, listImagesWith } from './collect.ts';
import { openDataset } from './openDataset.ts';

let folder = '';
const at = (...parts: string[]) => join(folder, ...parts);
const context = { signal: new AbortController().signal, report: () => undefined };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright collect 日本 '));
  for (const name of ['set/images/train', 'set/images/val', 'set/.hidden', 'models'])
    await mkdir(at(name), { recursive: true });
  for (const name of [
    'set/images/train/t.png',
    'set/images/val/img10.JPG',
    'set/images/val/img2.jpg',
    'set/images/val/img2.txt',
    'set/.hidden/secret.jpg',
    'models/m.onnx',
    'bundle.zip',
    'notes.txt',
    'odd-name',
  ]) {
    await writeFile(at(name), '');
  }
  await writeFile(at('set/data.yaml'), 'path: .\ntrain: images/train\nval: images/val\nnames: [a]\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('collecting dropped paths', () => {
  it('sorts files and folders by kind and says why others were ignored', async () => {
    const found = await collect(
      { paths: [at('set'), at('models'), at('bundle.zip'), at('notes.txt'), at('gone')] },
      context,
    );
    expect(found).toEqual({
      models: [at('models/m.onnx')],
      images: [at('set/images/train/t.png'), at('set/images/val/img2.jpg'), at('set/images/val/img10.JPG')],
      bundles: [at('bundle.zip')],
      datasets: [at('set/data.yaml')],
      ignored: [
        { path: at('notes.txt'), why: expect.stringContaining('neither a model') },
        { path: at('gone'), why: 'It does not exist.' },
      ],
    });
  });

  it.skipIf(process.platform === 'win32')('does not follow a link round in a circle', async () => {
    await symlink(at('set'), at('set/images/loop'));
    const found = await collect({ paths: [at('set')] }, context);
    await rm(at('set/images/loop'));
    expect(found.images).toHaveLength(3);
    expect(found.ignored).toEqual([{ path: at('set/images/loop'), why: expect.stringContaining('already') }]);
  });

  it('takes no other YAML file of a folder for a dataset', async () => {
    await mkdir(at('mixed'));
    await writeFile(at('mixed/compose.yaml'), 'services:\n  train: x\n');
    await writeFile(at('mixed/mine.yml'), '# photos\r\nnames: [a]\r\nval: .\r\n');
    await writeFile(at('mixed/1.jpg'), '');
    const found = await collect({ paths: [at('mixed')] }, context);
    expect(found).toMatchObject({ datasets: [at('mixed/mine.yml')], ignored: [] });
    expect((await openDataset(at('mixed'))).path).toBe(at('mixed/mine.yml'));
    await writeFile(at('mixed/other.yaml'), 'val: .');
    await expect(openDataset(at('mixed'))).rejects.toMatchObject({ hint: expect.stringContaining('mine.yml') });
    await writeFile(at('mixed/data.yaml'), 'val: .');
    expect((await openDataset(at('mixed'))).path).toBe(at('mixed/data.yaml'));
    // A file that was named itself is judged by its ending: opening it says what is wrong.
    expect((await collect({ paths: [at('mixed/compose.yaml')] }, context)).datasets).toEqual([
      at('mixed/compose.yaml'),
    ]);
  });

  it('takes JSON files that are named, and folders with VOC annotations or COCO files, for datasets', async () => {
    for (const name of ['voc/Annotations', 'voc/JPEGImages', 'coco/annotations', 'coco/val2017']) {
      await mkdir(at(name), { recursive: true });
    }
    await writeFile(at('voc/Annotations/1.xml'), '<annotation></annotation>');
    await writeFile(at('voc/JPEGImages/1.jpg'), '');
    const coco = JSON.stringify({ images: [{ id: 1, file_name: '2.jpg' }], annotations: [], categories: [] });
    await writeFile(at('coco/annotations/instances_val2017.json'), coco);
    await writeFile(at('coco/val2017/2.jpg'), '');
    const file = at('coco/annotations/instances_val2017.json');
    const found = await collect({ paths: [at('voc'), at('coco'), file] }, context);
    expect(found.datasets).toEqual([file, at('voc'), at('coco')]);
    expect(found.images).toEqual([at('voc/JPEGImages/1.jpg'), at('coco/val2017/2.jpg')]);
    expect(await listImages([file])).toEqual([at('coco/val2017/2.jpg')]);
    await rm(at('coco/val2017/2.jpg'));
    await expect(listImages([file])).rejects.toMatchObject({ code: 'no-images' });
    await writeFile(at('results.json'), '[]');
    await expect(listImages([at('results.json')])).rejects.toMatchObject({ code: 'dataset-invalid' });
  });

  it('stops when cancelled', async () => {
    await expect(collect({ paths: [folder] }, { ...context, signal: AbortSignal.abort() })).rejects.toThrow();
  });
});

describe('listing pictures', () => {
  it('takes files as named, folders with all below them, and the val list of a dataset, each picture once', async () => {
    expect(await listImages([at('odd-name'), at('set/data.yaml'), at('set')])).toEqual([
      at('odd-name'),
      at('set/images/val/img2.jpg'),
      at('set/images/val/img10.JPG'),
      at('set/images/train/t.png'),
    ]);
  });

  it('takes the pictures of one split of a dataset beside others, even where it is a folder', async () => {
    const { signal } = context;
    const val = [at('set/images/val/img2.jpg'), at('set/images/val/img10.JPG')];
    const train = [at('set/images/train/t.png')];
    const dataset = at('set');
    expect(await listImagesWith([dataset], { dataset }, signal)).toEqual(val);
    expect(await listImagesWith([dataset, ...train], { dataset, split: 'train' }, signal)).toEqual(train);
    expect(await listImagesWith(train, { dataset }, signal)).toEqual(train);
    await expect(listImagesWith([dataset], { dataset, split: 'test' }, signal)).rejects.toThrow('no split "test"');
  });

  it('reads lists in text files, and finds a dataset that was moved', async () => {
    await writeFile(at('set/list.txt'), './images/val/img2.jpg\nimages/train/t.png\r\n\n');
    await writeFile(at('set/moved.yaml'), 'path: ../datasets/gone\nval: [list.txt]\n');
    expect(await listImages([at('set/moved.yaml')])).toEqual([
      at('set/images/val/img2.jpg'),
      at('set/images/train/t.png'),
    ]);
  });

  it('falls back to the training pictures', async () => {
    await writeFile(at('set/train-only.yaml'), 'train: images/train\nval:\n');
    expect(await listImages([at('set/train-only.yaml')])).toEqual([at('set/images/train/t.png')]);
  });

  it.each([
    ['bad.yaml', 'a: [', 'dataset-invalid'],
    ['none.yaml', 'names: [a]', 'dataset-invalid'],
    ['number.yaml', 'val: 7', 'dataset-invalid'],
    ['gone.yaml', 'val: nowhere', 'file-not-found'],
  ])('%s is refused', async (name, text, code) => {
    await writeFile(at(name), text);
    await expect(listImages([at(name)])).rejects.toMatchObject({ code });
  });

  it('refuses paths that do not exist and folders without pictures', async () => {
    await expect(listImages([at('gone.jpg')])).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(listImages([at('models')])).rejects.toMatchObject({ code: 'no-images' });
    expect(await listImages([])).toEqual([]);
  });

  it('lists places that cannot be read where the reader is to say so', async () => {
    const signal = new AbortController().signal;
    expect(await listImages([at('gone.jpg')], signal, 'may be unreadable')).toEqual([at('gone.jpg')]);
  });
});
