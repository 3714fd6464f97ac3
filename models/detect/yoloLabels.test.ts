import { mkdir, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { labelPathsOf, parseYoloLabels, readLabelsOf } from './yoloLabels.ts';

const path = (...parts: readonly string[]) => parts.join(sep);

describe('labelPathsOf', () => {
  it('looks under labels instead of the last folder named images, then beside the picture', () => {
    expect(labelPathsOf(path('', 'images', 'set', 'images', 'val', 'a b.tar.jpg'))).toEqual([
      path('', 'images', 'set', 'labels', 'val', 'a b.tar.txt'),
      path('', 'images', 'set', 'images', 'val', 'a b.tar.txt'),
    ]);
    expect(labelPathsOf(path('', 'photos', '犬.png'))).toEqual([path('', 'photos', '犬.txt')]);
    expect(labelPathsOf(path('', 'photos', 'images.png'))).toEqual([path('', 'photos', 'images.txt')]);
  });
});

describe('parseYoloLabels', () => {
  it('reads class, middle and size as shares of the picture', () => {
    const { objects, problems } = parseYoloLabels('2 0.5 0.25 0.2 0.1\r\n\n0 0.1 0.9 0.2 0.2\n', 200, 100);
    expect(problems).toEqual([]);
    expect(objects.map(({ classId }) => classId)).toEqual([2, 0]);
    for (const [at, value] of [80, 20, 120, 30].entries()) expect(objects[0]?.box[at]).toBeCloseTo(value, 9);
    for (const [at, value] of [0, 80, 40, 100].entries()) expect(objects[1]?.box[at]).toBeCloseTo(value, 9);
  });

  it('is the inverse of writing them', () => {
    const share = fc.double({ min: 0.05, max: 0.45, noNaN: true });
    fc.assert(
      fc.property(share, share, share, share, fc.integer({ min: 0, max: 79 }), (x, y, w, h, classId) => {
        const line = `${classId} ${x + w / 2} ${y + h / 2} ${w} ${h}`;
        const [object] = parseYoloLabels(line, 640, 480).objects;
        expect(object?.classId).toBe(classId);
        const expected = [x * 640, y * 480, (x + w) * 640, (y + h) * 480];
        for (const [at, value] of expected.entries()) expect(object?.box[at]).toBeCloseTo(value, 6);
      }),
    );
  });

  it('takes the bounding box of an outline, and the box before keypoints', () => {
    const outline = parseYoloLabels('1 0.1 0.2 0.5 0.1 0.3 0.8', 100, 100).objects[0]?.box ?? [];
    for (const [at, value] of [10, 10, 50, 80].entries()) expect(outline[at]).toBeCloseTo(value, 9);
    const pose = parseYoloLabels('0 0.5 0.5 0.2 0.2 0.4 0.4 2', 100, 100).objects[0]?.box ?? [];
    for (const [at, value] of [40, 40, 60, 60].entries()) expect(pose[at]).toBeCloseTo(value, 9);
  });

  it.each([
    ['0 0.5 0.5 0.2', 'it has 4 values'],
    ['cat 0.5 0.5 0.2 0.2', 'not all of its values are numbers'],
    ['1.5 0.5 0.5 0.2 0.2', 'is no class number'],
    ['0 0.5 0.5 0 0.2', 'no area'],
    ['0 0.95 0.5 0.2 0.2', 'out of the picture'],
    ['0 320 240 64 48', 'are pixels'],
  ])('names the fault of %j and reads the other lines', (line, fault) => {
    const { objects, problems } = parseYoloLabels(`0 0.5 0.5 0.1 0.1\n${line}`, 100, 100);
    expect(objects).toHaveLength(1);
    expect(problems).toEqual([expect.stringContaining(fault)]);
    expect(problems[0]).toMatch(/^Line 2: /);
  });

  it('does not flood the list of problems', () => {
    const { problems } = parseYoloLabels('x\n'.repeat(100), 10, 10);
    expect(problems).toHaveLength(6);
    expect(problems.at(-1)).toBe('95 more lines could not be read.');
  });
});

describe('readLabelsOf', () => {
  const folder = temporaryFolder();

  it('finds the file by either convention, and none where there is none', async () => {
    await mkdir(join(folder, 'images'), { recursive: true });
    await mkdir(join(folder, 'labels'));
    await writeFile(join(folder, 'labels', 'a.txt'), '0 0.5 0.5 1 1');
    await writeFile(join(folder, 'images', 'b.txt'), '');
    const image = (name: string) => join(folder, 'images', name);
    expect(await readLabelsOf(image('a.jpg'), 10, 20)).toEqual({
      path: join(folder, 'labels', 'a.txt'),
      objects: [{ classId: 0, box: [0, 0, 10, 20] }],
      problems: [],
    });
    expect(await readLabelsOf(image('b.jpg'), 10, 20)).toMatchObject({ path: image('b.txt'), objects: [] });
    expect(await readLabelsOf(image('c.jpg'), 10, 20)).toBeNull();
  });

  it('says that a file is too large for labels', async () => {
    await writeFile(join(folder, 'huge.txt'), new Uint8Array(4 * 2 ** 20 + 1));
    const labels = await readLabelsOf(join(folder, 'huge.png'), 10, 10);
    expect(labels?.problems).toEqual([expect.stringContaining('no label file')]);
  });

  it.skipIf(!hasSharedFolder)('reads COCO8 as its JSON twin has it', async () => {
    // coco8_gt_as_coco.json: image 49 has 9 objects (labels/val/000000000049.txt has as many lines).
    const image = sharedPath('data', 'coco8', 'images', 'val', '000000000049.jpg');
    const labels = await readLabelsOf(image, 381, 500);
    expect(labels?.problems).toEqual([]);
    expect(labels?.objects).toHaveLength(9);
  });
});
