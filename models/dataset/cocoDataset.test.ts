import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { openDataset } from './openDataset.ts';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);

async function write(name: string, content: unknown): Promise<string> {
  await mkdir(dirname(at(name)), { recursive: true });
  await writeFile(at(name), typeof content === 'string' ? content : JSON.stringify(content));
  return at(name);
}

const box = { image_id: 7, category_id: 3, bbox: [10, 20, 30, 40] };
const categories = [
  { id: 90, name: 'toothbrush' },
  { id: 3, name: 'car' },
];
const image = { id: 7, file_name: 'a.jpg', width: 100, height: 80 };

describe('COCO files', () => {
  it('number classes by the order of their ids, which have gaps, wherever the lists stand', async () => {
    const file = await write('order/val.json', {
      annotations: [{ ...box, id: 5, area: 600 }],
      images: [image],
      categories,
    });
    const dataset = await openDataset(file);
    expect(dataset.classNames).toEqual(['car', 'toothbrush']);
    expect(dataset.splits).toEqual([
      { name: 'val', images: [{ path: at('order/a.jpg'), id: 7, width: 100, height: 80 }], categoryIds: [3, 90] },
    ]);
    const [only] = dataset.splits[0]?.images ?? [];
    expect(only && (await dataset.readTruth(only))).toEqual({
      path: file,
      objects: [{ id: 5, classId: 0, box: [10, 20, 40, 60], area: 600, crowd: false, ignore: false }],
      flaws: [],
      size: { width: 100, height: 80 },
    });
  });

  it('know ids that are strings, crowds with masks, what is ignored, and areas that are missing', async () => {
    const file = await write('odd.json', {
      images: [{ id: 'x', file_name: 'x.jpg' }],
      categories: [
        { id: 'dog', name: 'dog' },
        { id: 'cat', name: 'cat' },
      ],
      annotations: [
        {
          id: 1,
          image_id: 'x',
          category_id: 'cat',
          bbox: [0, 0, 4, 5],
          iscrowd: 1,
          segmentation: { counts: 'a}]"', size: [9, 9] },
        },
        { id: 2, image_id: 'x', category_id: 'dog', bbox: [0, 0, 2, 2], ignore: 1, segmentation: [[1, 2, 3, 4, 5, 6]] },
        { id: 3, image_id: 'x', category_id: 'bird', bbox: [0, 0, 2, 2] },
        { id: 4, image_id: 'x', category_id: 'dog', bbox: [0, 0, 2, 0], area: null, iscrowd: false },
        { id: 5, image_id: 'y', category_id: 'dog', bbox: [0, 0, 2, 2] },
        { id: 6, image_id: 'x', category_id: 'dog' },
      ],
    });
    const dataset = await openDataset(file);
    expect(dataset.classNames).toEqual(['dog', 'cat']);
    expect(dataset.notes).toEqual([
      expect.stringContaining('x.jpg'),
      '1 run-length masks were passed over; the boxes count.',
      `${file}: annotation 5 has no bbox.`,
    ]);
    const [only] = dataset.splits[0]?.images ?? [];
    const truth = only && (await dataset.readTruth(only));
    expect(truth?.objects).toEqual([
      { id: 1, classId: 1, box: [0, 0, 4, 5], area: 20, crowd: true, ignore: false },
      { id: 2, classId: 0, box: [0, 0, 2, 2], area: 4, crowd: false, ignore: true },
      { id: 4, classId: 0, box: [0, 0, 2, 0], area: 0, crowd: false, ignore: false },
    ]);
    expect(truth?.flaws.map(({ kind, message }) => [kind, message])).toEqual([
      ['unknown-class', 'Annotation 3: its category is not among the categories.'],
      ['empty-box', 'Annotation 4: its box has no area.'],
    ]);
    expect(await dataset.findOrphans(new AbortController().signal)).toEqual(['Annotation 5']);
  });

  it('keep ids apart that a double would round into one, and take the first of two categories with one id', async () => {
    const text = `{"images": [{"id": 9223372036854775806, "file_name": "a.jpg"}, {"id":9223372036854775807, "file_name": "b.jpg"}],
      "categories": [{"id": 1, "name": "car"}, {"id": 1, "name": "bus"}],
      "annotations": [{"id": 1, "image_id": 9223372036854775807 , "category_id": 1, "bbox": [0, 0, 2, 2]}]}`;
    const file = await write('long.json', text);
    const dataset = await openDataset(file);
    expect(dataset.classNames).toEqual(['car']);
    expect(dataset.notes.at(-1)).toBe(`${file}: two categories have the id 1; the first counts.`);
    const [first, second] = dataset.splits[0]?.images ?? [];
    expect(first && (await dataset.readTruth(first)).objects).toEqual([]);
    expect(second && (await dataset.readTruth(second)).objects).toHaveLength(1);
  });

  it('tell entries apart that name the same file, in one file and in several', async () => {
    const make = (ids: readonly number[]) => ({
      images: ids.map((id) => ({ ...image, id })),
      categories,
      annotations: ids.map((id) => ({ ...box, id: 10 * id, image_id: id })),
    });
    await write('same/a.jpg', '');
    await write('same/train.json', make([1, 2]));
    await write('same/val.json', make([2, 3]));
    const { splits, readTruth } = await openDataset(at('same'));
    const truths = await Promise.all(splits.flatMap(({ images }) => images).map((entry) => readTruth(entry)));
    expect(truths.map(({ objects }) => objects.map(({ id }) => id))).toEqual([[10], [20], [20], [30]]);
    expect(truths.map(({ path }) => path?.slice(-10))).toEqual(
      ['train.json', 'train.json', '/val.json', '/val.json'].map((name) => expect.stringContaining(name)),
    );
  });

  it.each([
    ['annotations/instances_val2017.json', 'a.jpg', 'val2017/a.jpg', 'val'],
    ['annotations/instances_train2014.json', 'a.jpg', 'images/train2014/a.jpg', 'train'],
    ['annotations/coco.json', 'val/a.jpg', 'images/val/a.jpg', 'all'],
    ['labels.json', 'a.jpg', 'data/a.jpg', 'all'],
    ['valid/_annotations.coco.json', 'a.jpg', 'valid/a.jpg', 'val'],
    ['test.json', 'sub\\a.jpg', 'images/sub/a.jpg', 'test'],
    ['moved.json', '/home/someone/photos/a.jpg', 'a.jpg', 'all'],
    ['windows.json', 'C:\\photos\\a.jpg', 'images/a.jpg', 'all'],
    ['contest_constraint.json', 'a.jpg', 'a.jpg', 'all'],
  ])('%s finds %s as %s', async (file, name, place, split) => {
    const base = `places ${place.replaceAll('/', ' ')}`;
    await write(`${base}/${place}`, '');
    const path = await write(`${base}/${file}`, { images: [{ id: 1, file_name: name }], annotations: [], categories });
    const dataset = await openDataset(path);
    expect(dataset.splits).toMatchObject([{ name: split, images: [{ path: at(base, place), id: 1 }] }]);
    expect(dataset.notes).toEqual([]);
  });

  it('of one folder are the splits of one dataset, where their classes are the same', async () => {
    const make = (id: number, names = categories) => ({
      images: [{ ...image, id, file_name: `${id}.jpg` }],
      categories: names,
      annotations: [{ ...box, image_id: id }],
    });
    await write('splits/annotations/instances_train2017.json', make(1));
    await write('splits/annotations/instances_val2017.json', make(2));
    await write('splits/annotations/captions_val2017.json', { images: [], annotations: [] });
    await write('splits/annotations/notes.json', { model: 'x', images: [] });
    const dataset = await openDataset(at('splits'));
    expect(dataset.splits.map(({ name, images }) => [name, images[0]?.id])).toEqual([
      ['train', 1],
      ['val', 2],
    ]);
    for (const {
      images: [only],
    } of dataset.splits) {
      expect(only && (await dataset.readTruth(only)).objects).toHaveLength(1);
    }
    await write('splits/annotations/instances_test2017.json', make(3, [{ id: 1, name: 'boat' }]));
    await expect(openDataset(at('splits'))).rejects.toMatchObject({
      code: 'dataset-invalid',
      message: expect.stringContaining('different classes'),
    });
  });

  it.each([
    ['{"images": [', 'cut off'],
    ['[{"image_id": 1, "score": 0.5}]', 'one JSON object'],
    ['{"annotations": []}', 'no "images"'],
    ['<html>', 'no JSON text'],
  ])('refuses %j', async (text, why) => {
    const file = await write('refused.json', text);
    await expect(openDataset(file)).rejects.toMatchObject({
      code: 'dataset-invalid',
      message: expect.stringContaining(why),
    });
  });

  it('stops reading when cancelled', async () => {
    const file = await write('cancel.json', { images: [image], categories, annotations: [] });
    await expect(openDataset(file, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
