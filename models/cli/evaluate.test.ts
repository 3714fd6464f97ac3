import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { writeCocoFiles } from '../testing/cocoFiles.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { runRecorded as run } from '../testing/runRecorded.ts';
import { writePicture } from '../testing/writePicture.ts';

const folder = temporaryFolder();
const cup = { image_id: 1, category_id: 1, bbox: [8, 8, 32, 32] } as const;

const files = await writeCocoFiles(folder, [1, 2], ['cup', 'ball'], [cup], [{ ...cup, score: 0.9 }]);
const fileArguments = ['--predictions', files.predictions, '--annotations', files.annotations];

const model = join(folder, 'one cup.onnx');
await writeModel(model, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));
for (const index of [1, 2, 3]) {
  await writePicture(join(folder, `${index}.png`), 64, 64, index);
  await writeFile(join(folder, `${index}.txt`), '0 0.375 0.375 0.5 0.5');
}
const data = join(folder, 'data.yaml');
await writeFile(data, 'path: .\ntrain: .\nval: .\nnames: [cup, ball]\n');

describe('boxwright evaluate', () => {
  it('prints one object with the field names that are fixed', async () => {
    const { exitCode, out } = await run(['evaluate', ...fileArguments, '--json']);
    expect(exitCode).toBe(0);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({ images: 2, objects: 1, confusion: {}, bestF1: {}, ms: {} });
    expect(report).toHaveProperty('interpolated101.mAP50', 0.995);
    expect(report).toHaveProperty('voc.allPoint50', 1);
    expect(report).toHaveProperty('coco.ARmedium', 1);
    expect(report).toHaveProperty('perClass.0', expect.objectContaining({ classId: 1, className: 'cup', objects: 1 }));
  });

  it('prints a table for people, without classes that have nothing', async () => {
    const { exitCode, out } = await run(['evaluate', ...fileArguments, '--quiet']);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^AP75 +1\.0000 +overlap 0\.75$/m);
    expect(out).toMatch(/^APlarge +no objects/m);
    expect(out).toMatch(/^cup +1 +1\.000/m);
    expect(out).not.toContain('ball');
  });

  it('exits with 3 under a gate', async () => {
    expect((await run(['evaluate', ...fileArguments, '--fail-under', '1', '--quiet'])).exitCode).toBe(0);
    const strict = ['--conf', '0.95', '--fail-under', '0.5', '--quiet'];
    const { exitCode, errors } = await run(['evaluate', model, '--data', data, ...strict]);
    expect(exitCode).toBe(3);
    expect(errors).toBe('boxwright: AP is 0.0000, under the 0.5 that --fail-under asks for.\n');
  });

  it('refuses what says nothing about a result file', async () => {
    for (const option of [
      ['--shard', '1/2', '-o', 'x.bwe'],
      ['-o', 'x.bwe'],
      ['--conf', '0.5'],
      ['--split', 'val'],
    ]) {
      const { exitCode, errors } = await run(['evaluate', ...fileArguments, ...option]);
      expect(exitCode).toBe(2);
      expect(errors).toContain('is for models');
    }
  });

  it('names the split, and says what ran elsewhere than was asked for', async () => {
    const foreign = process.platform === 'win32' ? 'coreml' : 'dml';
    const more = ['--provider', foreign, '--allow-fallback', '--quiet'];
    const { out } = await run(['evaluate', model, '--data', data, ...more]);
    expect(out).toMatch(/^3 pictures of "val", 3 objects/);
    expect(out).toMatch(new RegExp(`^invalid  cpu, not ${foreign} \\(invalid\\): `, 'm'));
  });

  it('spreads over parts that merge joins', async () => {
    const parts = [1, 2].map((index) => join(folder, `${index} of 2.bwe`));
    for (const [index, out] of parts.entries()) {
      const shard = ['--shard', `${index + 1}/2`, '-o', out];
      expect((await run(['evaluate', model, '--data', data, ...shard, '--json'])).exitCode).toBe(0);
    }
    const { exitCode, out } = await run(['merge', '-', '--json'], {
      readInput: async () => parts.toReversed().join('\n'),
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ images: 3, objects: 3, coco: { AR100: 1 }, split: 'val' });
    expect((await run(['merge', ...parts, '--fail-under', '1', '--quiet'])).exitCode).toBe(0);
    const shard = ['--shard', '1/2', '-o', parts[0] ?? ''];
    const gated = await run(['evaluate', model, '--data', data, ...shard, '--fail-under', '0.5']);
    expect(gated).toMatchObject({ exitCode: 2, errors: expect.stringContaining('merge --fail-under') });
  });
});
