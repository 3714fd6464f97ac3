import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { correctionPathOf } from '../correctionPath.ts';
import { openDetector } from '../detect/detector.ts';
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

    expect(await readdir(join(folder, 'restored', 'new'))).toEqual(['module.onnx']);

    await truncate(bundle, 1000);
    const target = join(folder, 'restored', 'other', 'module.onnx');
    await expect(restoreBundle({ bundle, out: target }, context)).rejects.toMatchObject({ code: 'bundle-invalid' });
    expect(await readdir(join(folder, 'restored'))).toEqual(['new']);
  });

  it('has the model read as it was, where the file alone would be read otherwise', async () => {
    const original = join(folder, 'corrected.onnx');
    await writeModel(original, fixedDetector([{ classId: 0, score: 0.9, box: [8, 8, 40, 40] }]));
    await writeFile(correctionPathOf(original), JSON.stringify({ classNames: ['Tasse', 'Kugel'] }));
    const images = [await writePicture(join(folder, 'b.png'), 64, 64, 1)];
    const zip = join(folder, 'corrected.zip');
    const input = parseInput('export', { model: original, target: 'node', out: zip, images });
    await exportBundle({ ...input, imagesAreSample: false }, recordingContext().context);
    const out = join(folder, 'restored', 'corrected', 'module.onnx');
    await restoreBundle({ bundle: zip, out }, recordingContext().context);
    const detector = await openDetector(out);
    await detector.close();
    expect(detector.spec.classNames).toEqual(['Tasse', 'Kugel']);
    const kept = JSON.parse(await readFile(correctionPathOf(out), 'utf8'));
    expect(kept.spec).toEqual({ classNames: ['Tasse', 'Kugel'] });
  });
});
