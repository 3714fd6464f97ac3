import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../random.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { type CocoReading, readCocoFile } from './readCocoFile.ts';

const folder = temporaryFolder();
const path = join(folder, 'file.json');
const lenient: CocoReading = {
  signal: new AbortController().signal,
  unusable: 'leave out',
  needsFileNames: true,
  needs: ['images'],
};
const strict: CocoReading = { ...lenient, unusable: 'refuse' };

async function read(content: unknown, reading = lenient) {
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readCocoFile(path, reading);
}

const image = { id: 1, file_name: 'a.jpg', width: 64, height: 48 };
const cup = { id: 1, name: 'cup' };
const annotation = { id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], area: 12, iscrowd: 0 };

/** Annotations of every kind, in several of the pieces that a file is read in. */
function makeMany(count: number) {
  const random = seededRandom(3);
  return Array.from({ length: count }, (_, index) => {
    const isFaulty = index % 1000 === 999;
    return {
      segmentation:
        index % 7 === 0
          ? { counts: 'Ya]}"\\'.repeat(20), size: [48, 64] }
          : [Array.from({ length: 40 }, () => Math.round(6400 * random()) / 100)],
      id: index % 3 === 0 ? String(index + 1) : index + 1,
      image_id: index % 2 === 0 ? 'straße/1.jpg' : 1,
      ...(isFaulty ? {} : { bbox: Array.from({ length: 4 }, () => 100 * random()) }),
      category_id: index % 5 === 0 ? 9 : 1,
      area: index % 4 === 0 ? null : 1e3 * random(),
      iscrowd: index % 7 === 0 ? 1 : 0,
      ...(index % 11 === 0 ? { ignore: true } : {}),
    };
  });
}

describe('reading a COCO file', () => {
  it('gives every column as parsing the whole does, over the seams of its pieces', async () => {
    const annotations = makeMany(12_000);
    const file = await read({
      info: { a: [1] },
      annotations,
      images: [image, { ...image, id: 'straße/1.jpg' }],
      categories: [cup],
    });
    const sound = annotations.filter(({ bbox }) => bbox !== undefined);
    const columns = file.annotations;
    expect(columns.ids).toEqual(sound.map(({ id }) => Number(id)));
    expect([...columns.boxes]).toEqual(sound.flatMap(({ bbox = [] }) => bbox));
    expect([...columns.areas]).toEqual(sound.map(({ area }) => area ?? Number.NaN));
    expect([...columns.imageIndices]).toEqual(sound.map(({ image_id: id }) => (id === 1 ? 0 : 1)));
    expect([...columns.classIds]).toEqual(sound.map(({ category_id: id }) => (id === 1 ? 0 : -1)));
    expect([...columns.flags]).toEqual(sound.map(({ iscrowd, ignore }) => iscrowd + (ignore === true ? 2 : 0)));
    expect(file.masks).toBe(sound.filter(({ segmentation }) => !Array.isArray(segmentation)).length);
    const faulty = annotations.flatMap(({ bbox }, index) => (bbox === undefined ? [index] : []));
    expect(file.notes).toEqual(faulty.map((index) => `${path}: annotation ${index} has no bbox.`));
  });

  it('takes an annotation whose outline is larger than the pieces', async () => {
    const segmentation = [Array.from({ length: 500_000 }, (_, at) => at)];
    const { annotations } = await read({ annotations: [{ ...annotation, segmentation }, annotation], images: [image] });
    expect([...annotations.boxes]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  });

  it.each([
    [{ images: [5] }, 'image 0 is not an object'],
    [{ images: [image, { id: 2 }] }, 'image 1 has no file_name'],
    [{ images: [{ ...image, file_name: 7 }] }, 'the file_name of image 0 is not a string'],
    [{ images: [{ ...image, width: 0 }] }, 'the width of image 0 is not positive'],
    [{ images: [{ ...image, height: '48' }] }, 'the height of image 0 is not a number'],
    [{ categories: [{ name: 'cup' }] }, 'category 0 has no id'],
    [{ categories: [cup, { id: '1' }] }, 'two categories have the id 1'],
    [
      { annotations: [annotation, { ...annotation, bbox: [1, 2, 3] }] },
      'annotation 1 has a bbox that is not four numbers',
    ],
    [{ annotations: [{ ...annotation, area: [] }] }, 'the area of annotation 0 is not a number'],
    [{ annotations: [{ ...annotation, iscrowd: '1' }] }, 'the iscrowd of annotation 0 is neither 0 nor 1'],
    [{ annotations: [{ ...annotation, image_id: null }] }, 'the id of the image of annotation 0 is neither a number'],
    [{ annotations: [{ ...annotation, id: 'x'.repeat(1001) }] }, 'the id of annotation 0 is longer than 1000 letters'],
  ])('leaves out or refuses what is unusable in %j', async (part, why) => {
    const content = { images: [image], annotations: [annotation], categories: [cup], ...part };
    const { notes } = await read(content);
    expect(notes).toEqual([expect.stringContaining(`${path}: ${why}`)]);
    await expect(read(content, strict)).rejects.toMatchObject({
      code: 'dataset-invalid',
      message: expect.stringContaining(`${path}: ${why}`),
    });
  });

  it('lists the first records that it left out, and counts the others', async () => {
    const { notes } = await read({ images: [image, ...Array.from({ length: 30 }, () => ({}))] });
    expect(notes).toHaveLength(21);
    expect(notes.slice(19)).toEqual([`${path}: image 20 has no id.`, `${path}: 10 more records could not be used.`]);
  });

  it('takes null for a field that is missing, and the first of two pictures with one id', async () => {
    const file = await read(
      {
        images: [
          { ...image, width: null, file_name: 'first.jpg' },
          { ...image, id: '1' },
        ],
        annotations: [{ ...annotation, id: null, area: null, iscrowd: null }],
        categories: [{ id: 'a' }],
      },
      strict,
    );
    expect(file.images).toEqual([{ id: 1, isQuoted: false, fileName: 'first.jpg' }]);
    expect(file.categories).toEqual([{ id: 'a', name: 'a' }]);
    expect(file.annotations).toMatchObject({ ids: [1], areas: Float64Array.of(Number.NaN), flags: Uint8Array.of(0) });
    expect(file.notes).toEqual([`${path}: two pictures have the id 1; the first counts.`]);
  });

  it.each([
    ['7', '"7"', 7],
    ['-0.5', '"-0.5"', -0.5],
    ['9007199254740991', '"9007199254740991"', 9007199254740991],
    ['9007199254740992', '"9007199254740992"', '9007199254740992'],
    ['123456789012345678901234567890', '"123456789012345678901234567890"', '123456789012345678901234567890'],
  ])('takes %s and %s for one id, also where a double would round it', async (plain, quoted, id) => {
    const boxes = [plain, quoted].map((picture) => `{"image_id": ${picture}, "category_id": 1, "bbox": [1, 2, 3, 4]}`);
    const text = `{"images": [{"id": ${plain}, "file_name": "a.jpg"}], "annotations": [${boxes}]}`;
    const { images, annotations } = await read(text);
    expect(images).toEqual([{ id, isQuoted: false, fileName: 'a.jpg' }]);
    expect([...annotations.imageIndices]).toEqual([0, 0]);
  });

  it.each(['007', '1e3', '1.0', '', 'NaN', ' 7'])('takes "%s" for itself, and no number', async (id) => {
    expect((await read({ images: [{ ...image, id }] })).images).toMatchObject([{ id, isQuoted: true }]);
  });

  it('leaves out no damage: a text that is no JSON is refused however lenient', async () => {
    await expect(read('{"images": [{"id": 1, "file_name": }]}')).rejects.toThrow('byte 35 is not expected there');
    await expect(read('{"images": [{"id": 1}, {"id": 2')).rejects.toThrow('cut off');
  });

  it('says what it needs', async () => {
    await expect(read({ images: [] }, { ...strict, needs: ['images', 'annotations'] })).rejects.toThrow(
      'it has no "annotations"',
    );
    await expect(read({ images: {} })).rejects.toThrow('"images" is not a list');
  });

  it('tells how much of the file it has read', async () => {
    const told: number[] = [];
    await read(
      { images: [image], annotations: makeMany(6000) },
      { ...lenient, onProgress: (share) => told.push(share) },
    );
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });
});
