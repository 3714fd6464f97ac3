import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import { openDataset } from './openDataset.ts';

const folder = temporaryFolder();
const signal = new AbortController().signal;

/** Opens a dataset and reads all of it; only faults that are told may end it. */
async function readAll(path: string): Promise<void> {
  try {
    const dataset = await openDataset(path);
    for (const { images } of dataset.splits) {
      for (const image of images) {
        const { objects } = await dataset.readTruth(image);
        for (const { classId, box, area } of objects) {
          const isSound = classId >= 0 && [...box, area].every((value) => Number.isFinite(value));
          if (!isSound) throw new Error(`${image.path}: a box is no box: ${JSON.stringify({ classId, box, area })}`);
        }
      }
    }
    await dataset.findOrphans(signal);
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
  }
}

const coco = JSON.stringify({
  images: [{ id: 1, file_name: 'a.png', width: 64, height: 64 }],
  annotations: [
    {
      id: 1,
      image_id: 1,
      category_id: 1,
      bbox: [1, 2, 3.5, 4e1],
      area: 5,
      iscrowd: 1,
      segmentation: { counts: [1], size: [2, 2] },
    },
    { id: 2, image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], segmentation: [[1, 2, 3, 4, 5, 6]] },
  ],
  categories: [{ id: 1, name: 'c\u00fcp' }],
});
const voc = `<annotation><size><width>64</width><height>64</height></size><object><name>cup</name><difficult>1</difficult>
<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>`;
const yaml = 'path: .\ntrain: images\nval: [list.txt, images]\nnames:\n  0: cup\n  3: ball\nnc: 4\nkpt_shape: [2, 3]\n';
const labels = '0 0.5 0.5 0.25 0.25\r\n3 0.1 0.1 0.2 0.1 0.2 0.2\n1 5e-1 .5 1. 0.5 1 1 2 0 0 0\n';

/** Bytes put in place of others somewhere. */
const damage = fc.array(
  fc.record({ at: fc.nat({ max: 10_000 }), remove: fc.nat({ max: 6 }), put: fc.uint8Array({ maxLength: 4 }) }),
  { minLength: 1, maxLength: 4 },
);

function apply(text: string, changes: readonly { at: number; remove: number; put: Uint8Array }[]): Buffer {
  let bytes = Buffer.from(text);
  for (const { at, remove, put } of changes) {
    const place = at % (bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + remove)]);
  }
  return bytes;
}

describe('damaged datasets', () => {
  it.each([
    ['coco/labels.json', coco, 'coco/labels.json', 'coco/a.png'],
    ['voc/Annotations/a.xml', voc, 'voc', 'voc/JPEGImages/a.png'],
    ['yaml/data.yaml', yaml, 'yaml/data.yaml', 'yaml/images/a.png'],
    ['yolo/a.txt', labels, 'yolo', 'yolo/a.png'],
  ])('%s: every fault is told', async (file, text, opened, picture) => {
    for (const path of [file, picture]) await mkdir(dirname(join(folder, path)), { recursive: true });
    await writePicture(join(folder, picture));
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        await writeFile(join(folder, file), apply(text, changes));
        await readAll(join(folder, opened));
      }),
      { numRuns: 300 },
    );
  });
});
