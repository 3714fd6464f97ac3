import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationInputs } from '../api.ts';
import { writeModel } from '../graph/write.ts';
import { fixedOutputModel } from '../testing/tinyModels.ts';
import type { Progress } from '../types.ts';
import { detectImages } from './detectImages.ts';
import { decodeImage } from './image.ts';
import { look } from './look.ts';

let folder = '';
let model = '';
const picture = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright detect ü '));
  // One cat of 32 x 32 in the middle of a 64 x 64 input, from cell row 3, column 3 of stride 8.
  const values = new Float32Array(6 * 84);
  for (const [channel, value] of [32, 32, 32, 32, 0.75, 0].entries()) values[channel * 84 + 27] = value;
  model = picture('model.onnx');
  await writeModel(model, fixedOutputModel(64, [1, 6, 84], values, { names: "{0: 'cat', 1: 'dog'}" }));
  const black = new Uint8Array(4 * 128 * 128).map((_, index) => (index % 4 === 3 ? 255 : 0));
  await mkdir(picture('other'));
  for (const name of ['a.png', 'b.png', join('other', 'a.png')]) {
    await writeFile(picture(name), await Transformer.fromRgbaPixels(black, 128, 128).png());
  }
  await writeFile(picture('empty.jpg'), '');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

function run(images: readonly string[], more: object = {}, signal = new AbortController().signal) {
  const reports: Progress[] = [];
  const input = operationInputs.detect.parse({ model, images: images.map(picture), ...more });
  return detectImages(input, { signal, report: (progress) => reports.push(progress) }).then((report) => ({
    report,
    reports,
  }));
}

describe('detecting on many pictures', () => {
  it('gives one entry a picture in order, with an error for one that cannot be read', async () => {
    const { report, reports } = await run(['a.png', 'empty.jpg', 'b.png'], { grid: true });
    expect(report.images.map(({ path }) => path)).toEqual(['a.png', 'empty.jpg', 'b.png'].map(picture));
    expect(report.images[1]).toMatchObject({ error: { code: 'image-unreadable' } });
    expect(report.images[2]).toMatchObject({
      width: 128,
      height: 128,
      detections: [{ className: 'cat', score: 0.75, box: [32, 32, 96, 96], cell: { stride: 8, row: 3, column: 3 } }],
      grid: [{ stride: 8 }, { stride: 16 }, { stride: 32 }],
    });
    expect(reports.at(-1)).toMatchObject({ fraction: 1 });
  });

  it('draws boxes and writes what was found, with names that do not clash', async () => {
    const out = picture('out');
    const { report } = await run(['a.png', 'other/a.png'], { out, draw: true });
    expect((await readdir(out)).sort()).toEqual(['a-boxes-2.json', 'a-boxes-2.png', 'a-boxes.json', 'a-boxes.png']);
    expect(JSON.parse(await readFile(join(out, 'a-boxes-2.json'), 'utf8'))).toEqual(report.images[1]);
    const { rgba, width } = await decodeImage(join(out, 'a-boxes.png'));
    const isDrawn = (column: number, row: number) =>
      rgba
        .subarray(4 * (row * width + column))
        .slice(0, 3)
        .some((v) => v > 0);
    expect([isDrawn(32, 60), isDrawn(95, 60), isDrawn(60, 95), isDrawn(60, 60), isDrawn(10, 110)]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    // The label stands above the box: ink and ground within the rows above 32.
    expect(isDrawn(40, 25)).toBe(true);
  });

  it('fails where nothing can be read, where there is nothing, and where drawings have no folder', async () => {
    await expect(run(['empty.jpg'])).rejects.toMatchObject({ code: 'no-images' });
    await expect(run([])).rejects.toMatchObject({ code: 'no-images' });
    await expect(run(['a.png'], { draw: true })).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('stops when cancelled', async () => {
    await expect(run(['a.png', 'b.png'], {}, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('looking at one picture', () => {
  it('gives all candidates above 0.01, the heat of every cell and the placement', async () => {
    const context = { signal: new AbortController().signal, report: () => undefined };
    const input = operationInputs.look.parse({ model, image: picture('a.png') });
    const [first, second] = [await look(input, context), await look(input, context)];
    expect(second.candidates).toEqual(first.candidates);
    expect(first.candidates.count).toBe(1);
    expect([...first.candidates.boxes]).toEqual([32, 32, 96, 96]);
    expect(first.levels.map(({ stride, heat }) => [stride, heat.length, Math.max(...heat)])).toEqual([
      [8, 64, 0.75],
      [16, 16, 0],
      [32, 4, 0],
    ]);
    expect(first.placement).toMatchObject({ scaleX: 0.5, padLeft: 0, padTop: 0 });
    expect(first.classNames).toEqual(['cat', 'dog']);
  });

  it('sees a model that was replaced on disk', async () => {
    const context = { signal: new AbortController().signal, report: () => undefined };
    const path = picture('changing.onnx');
    const lookAt = () => look(operationInputs.look.parse({ model: path, image: picture('a.png') }), context);
    await writeModel(path, fixedOutputModel(64, [1, 6, 84], new Float32Array(6 * 84)));
    expect((await lookAt()).classNames).toHaveLength(2);
    await writeModel(path, fixedOutputModel(64, [1, 7, 84], new Float32Array(7 * 84)));
    expect((await lookAt()).classNames).toHaveLength(3);
  });
});
