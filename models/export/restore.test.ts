import { mkdir, readdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../graph/write.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { writePicture } from '../testing/writePicture.ts';
import { exportBundle } from './exportBundle.ts';
import { restoreBundle } from './restore.ts';

const folder = temporaryFolder();
const model = join(folder, 'cups.onnx');
const bundle = join(folder, 'cups.zip');

describe('restoreBundle', () => {
  it('gives the model back byte for byte, with where it came from, or nothing at all', async () => {
    const written = await writeModel(model, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));
    const images = [await writePicture(join(folder, 'a.png'), 64, 64, 1)];
    const provenance = { recipe: [], parent: null };
    const input = parseInput('export', { model, target: 'node', out: bundle, images, provenance });
    await exportBundle({ ...input, imagesAreSample: false }, recordingContext().context);

    await mkdir(join(folder, 'restored'));
    const out = join(folder, 'restored', 'new', 'module.onnx');
    const { context, reports } = recordingContext();
    const restored = await restoreBundle({ bundle, out }, context);
    expect(restored).toMatchObject({ out, sha256: written.sha256, provenance });
    expect((await readFile(out)).equals(await readFile(model))).toBe(true);
    expect(reports.every(({ fraction }) => fraction <= 0.9)).toBe(true);

    await truncate(bundle, 1000);
    const target = join(folder, 'restored', 'other', 'module.onnx');
    await expect(restoreBundle({ bundle, out: target }, context)).rejects.toMatchObject({ code: 'bundle-invalid' });
    expect(await readdir(join(folder, 'restored'))).toEqual(['new']);
  });
});
