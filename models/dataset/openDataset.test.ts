import { describe, expect, it } from 'vitest';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { chooseSplit, type Dataset } from './dataset.ts';
import { openDataset } from './openDataset.ts';

/** Objects by class name over all splits. */
async function countObjects(dataset: Dataset): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const image of dataset.splits.flatMap(({ images }) => images)) {
    for (const { classId } of (await dataset.readTruth(image)).objects) {
      const name = dataset.classNames[classId] ?? '?';
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

describe.skipIf(!hasSharedFolder)('real datasets', () => {
  it('BCCD: as many objects as a search for "<name>" in its files counts', async () => {
    const dataset = await openDataset(sharedPath('data', 'bccd', 'BCCD'));
    expect(dataset.format).toBe('voc');
    expect(dataset.classNames).toEqual(['Platelets', 'RBC', 'WBC']);
    expect(dataset.splits.map(({ name, images }) => [name, images.length])).toEqual([
      ['train', 205],
      ['val', 87],
      ['test', 72],
    ]);
    expect(await countObjects(dataset)).toEqual({ RBC: 4155, WBC: 372, Platelets: 361 });
  });

  it('COCO8: the same boxes from labels as from its JSON twin', async () => {
    const folder = sharedPath('data', 'coco8');
    const [yolo, coco] = await Promise.all([
      openDataset(sharedPath('data', 'coco8', 'data.yaml')),
      openDataset(sharedPath('data', 'coco8', 'coco8_gt_as_coco.json')),
    ]);
    expect(yolo.root).toBe(folder);
    expect(coco.classNames).toEqual(yolo.classNames);
    const twins = new Map(coco.splits.flatMap(({ images }) => images.map((image) => [image.path, image])));
    const images = yolo.splits.flatMap((split) => split.images);
    expect(images).toHaveLength(8);
    for (const image of images) {
      const twin = twins.get(image.path);
      if (twin === undefined) throw new Error(`${image.path} is not in the JSON file`);
      const labels = await yolo.readTruth(image);
      const annotations = await coco.readTruth(twin);
      expect(labels.objects.map(({ classId }) => classId)).toEqual(annotations.objects.map(({ classId }) => classId));
      for (const [index, { box }] of labels.objects.entries()) {
        for (const [at, edge] of box.entries()) expect(edge).toBeCloseTo(annotations.objects[index]?.box[at] ?? -1, 6);
      }
      expect([...labels.flaws, ...annotations.flaws]).toEqual([]);
    }
  });

  it.each([
    ['data/coco-eval/faster_coco_eval/instances_val2014_100.json', 100, 80, 839],
    ['data/coco-eval/faster_coco_eval/gt_dataset.json', 3, 4, 9],
    ['data/coco-eval/faster_coco_eval/gt_ignore_test.json', 1, 1, 14],
    ['data/cartucho/as_coco_gt.json', 85, 30, 686],
  ])('%s', async (file, images, classes, objects) => {
    const dataset = await openDataset(sharedPath(...file.split('/')));
    expect(dataset.classNames).toHaveLength(classes);
    expect(chooseSplit(dataset).images).toHaveLength(images);
    const counts = await countObjects(dataset);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(objects);
  });
});
