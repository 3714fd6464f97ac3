import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { operations } from '../operations.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';

const folder = temporaryFolder();
const cup = { classId: 0, score: 0.9, box: [8, 8, 40, 40] } as const;
const [baseline, variant] = [join(folder, 'both.onnx'), join(folder, 'none.onnx')];
await writeModel(baseline, fixedDetector([cup, { classId: 1, score: 0.6, box: [44, 44, 60, 60] }]));
await writeModel(variant, fixedDetector([{ ...cup, box: [0, 0, 8, 8] }]));
await writePicture(join(folder, '1.png'), 64, 64, 1);
await writeFile(join(folder, '1.txt'), '0 0.375 0.375 0.5 0.5');

async function compareOn(names: string, compared = variant) {
  const data = join(folder, `${names}.yaml`);
  await writeFile(data, `path: .\ntrain: .\nval: .\nnames: ${names}\n`);
  const report = join(folder, 'report.html');
  const request = { baseline, variants: [compared], images: [data], dataset: data, runs: 1, warmup: 0, report };
  return operations.compare(parseInput('compare', request), recordingContext().context);
}

it('measures every model against the labels of the dataset', async () => {
  const { models, warnings, labelled } = await compareOn('[cup, ball]');
  expect(warnings).toBeUndefined();
  expect(models.map(({ coco }) => coco?.AR100)).toEqual([1, 0]);
  expect(models.map(({ evaluation }) => evaluation?.confusion.counts)).toEqual([
    [
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ],
    [
      [0, 0, 1],
      [0, 0, 0],
      [1, 0, 0],
    ],
  ]);
  expect(labelled).toEqual([join(folder, '1.png')]);
  // The cup where it is and a ball where nothing is; a cup where nothing is and the cup missed.
  expect(models.map(({ evaluation }) => evaluation?.confusion.pictures)).toEqual([
    [
      { found: 0, truth: 0, pictures: [0] },
      { found: 1, truth: 2, pictures: [0] },
    ],
    [
      { found: 0, truth: 2, pictures: [0] },
      { found: 2, truth: 0, pictures: [0] },
    ],
  ]);
  expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('Confusion');
});

it('compares all the same where labels do not fit, and says why nothing was measured', async () => {
  const { models, warnings } = await compareOn('[eins, zwei, drei]');
  expect(models.map(({ coco }) => coco)).toEqual([undefined, undefined]);
  expect(models[1]?.agreement).toMatchObject({ images: 1, lost: 2 });
  expect(warnings).toEqual([expect.stringMatching(/^Not measured against labels: .*no name is the same\.$/)]);
});

it('says what the figures against labels leave out, once where it is so of every model', async () => {
  const { models, warnings } = await compareOn('[cup, saucer]');
  expect(models.map(({ coco }) => coco?.AR100)).toEqual([1, 0]);
  expect(warnings).toEqual([
    'Not measured, because the dataset does not have them: ball.',
    'Never found, because the model does not know them: saucer.',
  ]);
});

it('says of which model the rest is', async () => {
  const other = join(folder, 'other.onnx');
  await writeModel(other, fixedDetector([cup], ['cup', 'saucer']));
  const { warnings } = await compareOn('[cup, saucer]', other);
  expect(warnings).toEqual([
    `${baseline}: Not measured, because the dataset does not have them: ball.`,
    `${baseline}: Never found, because the model does not know them: saucer.`,
  ]);
});
