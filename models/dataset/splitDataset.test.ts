import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runRecorded } from '../testing/runRecorded.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { writePicture } from '../testing/writePicture.ts';
import { assignSplits, type SplitGroup } from './assignSplits.ts';
import { openDataset } from './openDataset.ts';
import { splitDataset } from './splitDataset.ts';

const folder = temporaryFolder();
const at = (...parts: string[]) => join(folder, ...parts);

type Options = Partial<Parameters<typeof splitDataset>[0]>;
const split = (dataset: string, out: string, options: Options = {}) =>
  splitDataset(
    { dataset, out, ratios: [0.6, 0.2, 0.2], seed: 1, stratify: false, groupSimilar: true, ...options },
    recordingContext().context,
  );

const group = fc.record({
  images: fc.integer({ min: 1, max: 3 }),
  objects: fc
    .array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 5 })), { maxLength: 3 })
    .map((entries): ReadonlyMap<number, number> => new Map(entries)),
});
const ratios = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))
  .map((parts) => parts.map((part) => part / (parts[0] + parts[1] + parts[2])));

/** Pictures of each split. */
function imagesOf(groups: readonly SplitGroup[], assigned: Int32Array, splits: number): number[] {
  const counts: number[] = Array.from({ length: splits }, () => 0);
  for (const [index, { images }] of groups.entries()) {
    const place = assigned[index] ?? 0;
    counts[place] = (counts[place] ?? 0) + images;
  }
  return counts;
}

describe('assigning groups to splits', () => {
  it('gives every split its share of the pictures to within the largest group', () => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 60 }), ratios, fc.nat(), (groups, shares, seed) => {
        const assigned = assignSplits(groups, shares, seed, false);
        const counts = imagesOf(groups, assigned, shares.length);
        const total = counts.reduce((sum, count) => sum + count, 0);
        for (const [index, share] of shares.entries()) {
          if (share === 0) expect(counts[index]).toBe(0);
          expect(Math.abs((counts[index] ?? 0) - share * total)).toBeLessThanOrEqual(3);
        }
        expect(assignSplits(groups, shares, seed, false)).toEqual(assigned);
      }),
    );
  });

  it('assigns every group where classes count too', () => {
    fc.assert(
      fc.property(fc.array(group, { maxLength: 60 }), ratios, fc.nat(), (groups, shares, seed) => {
        const assigned = assignSplits(groups, shares, seed, true);
        for (const place of assigned) expect(shares[place]).toBeGreaterThan(0);
      }),
    );
  });

  it('gives a rare class to every split, which chance does not', () => {
    const one = (classId: number): SplitGroup => ({ images: 1, objects: new Map([[classId, 1]]) });
    const groups = Array.from({ length: 100 }, (_, index) => one(index < 10 ? 1 : 0));
    const rare = (assigned: Int32Array) =>
      [0, 1].map((place) => assigned.subarray(0, 10).filter((found) => found === place).length);
    for (let seed = 0; seed < 20; seed += 1) expect(rare(assignSplits(groups, [0.8, 0.2], seed, true))).toEqual([8, 2]);
    const byChance = Array.from({ length: 20 }, (_, seed) => rare(assignSplits(groups, [0.8, 0.2], seed, false))[1]);
    expect(new Set(byChance).size).toBeGreaterThan(1);
  });

  it('depends on the seed', () => {
    const groups = Array.from({ length: 50 }, (): SplitGroup => ({ images: 1, objects: new Map() }));
    const first = assignSplits(groups, [0.5, 0.5], 1, false);
    expect(assignSplits(groups, [0.5, 0.5], 2, false)).not.toEqual(first);
  });
});

describe('dividing a dataset', () => {
  it('writes lists that open as the same pictures with their labels, copies in one split', async () => {
    for (const part of ['images', 'labels']) await mkdir(at('set', part), { recursive: true });
    for (let index = 0; index < 10; index += 1) {
      await writePicture(at('set/images', `${index}.png`), 64, 48, index + 1);
      await writeFile(at('set/labels', `${index}.txt`), `${index % 2} 0.5 0.5 0.5 0.5\n`);
    }
    await copyFile(at('set/images/0.png'), at('set/images/copy.png'));
    await copyFile(at('set/images/0.png'), at('set/images/again.png'));
    await writeFile(at('set/data.yaml'), 'train: images\nval: images\nnames: [cup, ball]\n');
    const report = await split(at('set/data.yaml'), at('divided'));
    expect(report.splits.map(({ name }) => name)).toEqual(['train', 'val', 'test']);
    expect(report.groups).toEqual({ count: 1, images: 3 });
    const dataset = await openDataset(at('divided'));
    const lists = dataset.splits.map(({ images }) => images.map(({ path }) => path));
    expect(report.splits.map(({ images }) => images)).toEqual(lists.map((list) => list.length));
    expect(new Set(lists.flat()).size).toBe(12);
    expect(lists.flat()).toHaveLength(12);
    const withCopies = lists.filter((list) => list.some((path) => /(\b0|copy|again)\.png$/.test(path)));
    expect(withCopies).toHaveLength(1);
    const [first] = dataset.splits[0]?.images ?? [];
    expect(first && (await dataset.readTruth(first)).objects).toHaveLength(1);

    await split(at('set/data.yaml'), at('same'));
    await split(at('set/data.yaml'), at('other'), { seed: 2 });
    const list = (place: string) => readFile(at(place, 'train.txt'), 'utf8');
    expect(await list('same')).toBe(await list('divided'));
    expect(await list('other')).not.toBe(await list('divided'));
  });

  it('refuses ratios that add up to nothing', async () => {
    await expect(split(at('set'), at('nothing'), { ratios: [0, 0] })).rejects.toMatchObject({ code: 'bad-input' });
  });

  it.skipIf(!hasSharedFolder)('divides VOC as COCO files, classes in their shares', async () => {
    const report = await split(sharedPath('data', 'bccd', 'BCCD'), at('bccd'), {
      ratios: [7, 3],
      stratify: true,
      groupSimilar: false,
    });
    expect(report.opens).toHaveLength(2);
    // Of 361, 4155 and 372 objects.
    for (const [classId, total] of [361, 4155, 372].entries()) {
      expect(Math.abs((report.splits[1]?.objectsByClass[classId] ?? 0) / total - 0.3)).toBeLessThan(0.02);
    }
    const dataset = await openDataset(at('bccd'));
    expect(dataset.splits.map(({ name, images }) => [name, images.length])).toEqual(
      report.splits.map(({ name, images }) => [name, images]),
    );
  });
});

describe('boxwright dataset split', () => {
  it('shows shares, and refuses what is no list of ratios', async () => {
    const result = await runRecorded([
      'dataset',
      'split',
      at('set'),
      '-o',
      at('command'),
      '--ratios',
      '0.5,0.5',
      '--seed',
      '3',
    ]);
    expect(result).toMatchObject({ exitCode: 0, out: expect.stringContaining('50.0 %') });
    for (const ratios of ['1', '0.5,x', '0.5,', '-1,2', '1,1,1,1']) {
      const refused = await runRecorded(['dataset', 'split', at('set'), '-o', at('refused'), `--ratios=${ratios}`]);
      expect(refused).toMatchObject({ exitCode: 2 });
    }
  });
});
