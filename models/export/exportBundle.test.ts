import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { openDetector } from '../detect/detector.ts';
import { decodeImage } from '../detect/image.ts';
import { writeModel } from '../graph/write.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { fixedDetector } from '../testing/fixedDetector.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { tinyEndToEnd, tinyV5, tinyV8, tinyYolox } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
import { exportBundle } from './exportBundle.ts';
import { manifestSchema } from './manifest.ts';
import { unpackBundle } from './unpack.ts';
import { verifyBundle } from './verify.ts';
import { packZip, renderSums } from './zip.ts';

const folder = temporaryFolder();
const images = [
  await writePicture(join(folder, 'a.png'), 64, 64, 1),
  await writePicture(join(folder, 'b.jpg'), 150, 100, 2),
  await writePicture(join(folder, 'c.jpg'), 90, 200, 3),
];
const cup = { classId: 0, score: 0.9, box: [8, 8, 40, 40] } as const;

async function makeBundle(name: string, proto: ModelProto, more: object = {}) {
  const model = join(folder, `${name}.onnx`);
  const out = join(folder, `${name}.zip`);
  await writeModel(model, proto);
  const input = parseInput('export', { model, target: 'node', out, images, ...more });
  const report = await exportBundle({ ...input, imagesAreSample: false }, recordingContext().context);
  return { model, out, report };
}

/** Unpacks a bundle, lets `change` work on its files (and on its list of hashes), and packs it again. */
async function repack(bundle: string, change: (files: Map<string, Buffer>) => void, renewSums = true): Promise<string> {
  const target = join(folder, `unpacked-${Math.random()}`);
  await mkdir(target);
  const files = new Map<string, Buffer>();
  for (const { path } of await unpackBundle(bundle, target, new AbortController().signal)) {
    files.set(path, await readFile(join(target, path)));
  }
  change(files);
  const list = () => [...files].map(([path, content]) => ({ path, content }));
  if (renewSums) {
    files.delete('SHA256SUMS');
    files.set('SHA256SUMS', Buffer.from(renderSums(list())));
  }
  const out = join(folder, `repacked-${Math.random()}.zip`);
  await writeFile(out, await packZip(list()));
  return out;
}

async function failedChecks(bundle: string) {
  const { ok, checks } = await verifyBundle(bundle, recordingContext().context);
  const failed = checks.filter((check) => !check.ok && !check.detail.startsWith('not run, because'));
  expect(ok).toBe(failed.length === 0);
  return failed;
}

function edit(files: Map<string, Buffer>, path: string, from: string | RegExp, to: string): void {
  const text = files.get(path)?.toString('utf8') ?? '';
  const edited = text.replace(from, to);
  expect(edited).not.toBe(text);
  files.set(path, Buffer.from(edited));
}

const whole = await makeBundle('whole', fixedDetector([cup]), { license: 'MIT', provenance: { parent: 'abc' } });

describe('exportBundle', () => {
  it('packs all that is promised and proves it', async () => {
    const { report } = whole;
    expect(report.verify.ok).toBe(true);
    expect(report.warnings).toEqual([]);
    expect(report.files.map((file) => file.path).sort()).toEqual([
      'README.md',
      'SHA256SUMS',
      'decode.mjs',
      'golden/01.png',
      'golden/02.png',
      'golden/03.png',
      'golden/expected.json',
      'labels.txt',
      'manifest.json',
      'model.onnx',
      'package.json',
      'run.mjs',
      'verify.mjs',
    ]);
    const target = join(folder, 'look');
    await mkdir(target);
    await unpackBundle(whole.out, target, new AbortController().signal);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(target, 'manifest.json'), 'utf8')));
    expect(manifest).toMatchObject({
      license: 'MIT',
      provenance: { parent: 'abc' },
      spec: { classNames: ['cup', 'ball'] },
    });
    expect(await readFile(join(target, 'labels.txt'), 'utf8')).toBe('cup\nball\n');
    expect(await readFile(join(target, 'model.onnx'))).toEqual(await readFile(whole.model));
  });

  it('gives the same bytes for the same input, in any time zone', async () => {
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Apia';
    try {
      const again = await makeBundle('whole', fixedDetector([cup]), { license: 'MIT', provenance: { parent: 'abc' } });
      expect(again.report.sha256).toBe(whole.report.sha256);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it('says when the golden pictures prove little', async () => {
    const { report } = await makeBundle('blind', fixedDetector([]), { images: images.slice(0, 1) });
    expect(report.verify.ok).toBe(true);
    expect(report.warnings).toHaveLength(2);
    expect(report.warnings[0]).toMatch(/finds nothing/);
  });

  it('never takes the place of the model', async () => {
    const model = join(folder, 'kept.onnx');
    await writeModel(model, fixedDetector([cup]));
    const bytes = await readFile(model);
    const request = { ...parseInput('export', { model, target: 'node', out: model, images }), imagesAreSample: false };
    await expect(exportBundle(request, recordingContext().context)).rejects.toMatchObject({ code: 'bad-input' });
    expect(await readFile(model)).toEqual(bytes);
  });

  it('writes nothing for a model that is no detector, and leaves no partial file', async () => {
    const input = { target: 'node', out: join(folder, 'none.zip'), images } as const;
    const request = parseInput('export', { ...input, model: images[0] ?? '' });
    await expect(exportBundle({ ...request, imagesAreSample: false }, recordingContext().context)).rejects.toThrow();
    expect(existsSync(input.out)).toBe(false);
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('stops when it is cancelled', async () => {
    const { context, controller } = recordingContext();
    controller.abort();
    const out = join(folder, 'cancelled.zip');
    const request = parseInput('export', { model: whole.model, target: 'node', out, images });
    await expect(exportBundle({ ...request, imagesAreSample: false }, context)).rejects.toThrow();
    expect(existsSync(out)).toBe(false);
  });

  // Random weights give scores near one half everywhere, so there are many boxes to come out alike.
  it.each([
    ['v8', tinyV8({ classes: 3 })],
    ['v5', tinyV5({ classes: 3 })],
    ['yolox', tinyYolox({ classes: 3 })],
    ['end-to-end', tinyEndToEnd({ classes: 3, seed: 2 })],
  ])('%s: the example in the bundle finds what the engine finds', async (name, proto) => {
    const { report } = await makeBundle(name, proto);
    expect(report.verify.checks.at(-1)).toMatchObject({ ok: true });
    expect(report.warnings).toEqual([]);
  });
});

describe('verifyBundle', () => {
  it('sees a changed file', async () => {
    const changed = await repack(whole.out, (files) => edit(files, 'labels.txt', 'cup', 'mug'), false);
    expect(await failedChecks(changed)).toMatchObject([
      { name: 'hashes', detail: expect.stringContaining('labels.txt') },
    ]);
  });

  it('sees a file that is missing or not listed', async () => {
    const missing = await repack(whole.out, (files) => files.delete('labels.txt'), false);
    expect(await failedChecks(missing)).toMatchObject([{ name: 'hashes', detail: expect.stringContaining('missing') }]);
    const added = await repack(whole.out, (files) => files.set('extra.txt', Buffer.from('x')), false);
    expect(await failedChecks(added)).toMatchObject([
      { name: 'hashes', detail: expect.stringContaining('not listed') },
    ]);
  });

  it('sees a model that finds something else', async () => {
    const other = await makeBundle('other', fixedDetector([{ ...cup, box: [8, 8, 40, 50] }]));
    const target = join(folder, 'other');
    await mkdir(target);
    await unpackBundle(other.out, target, new AbortController().signal);
    const model = await readFile(join(target, 'model.onnx'));
    const manifest = await readFile(join(target, 'manifest.json'));
    const swapped = await repack(whole.out, (files) => files.set('model.onnx', model).set('manifest.json', manifest));
    const failed = await failedChecks(swapped);
    expect(failed).toMatchObject([
      { name: 'golden pictures, engine', detail: expect.stringContaining('missing cup 0.900') },
    ]);
  });

  it('sees wrong preprocessing numbers', async () => {
    const changed = await repack(whole.out, (files) => edit(files, 'manifest.json', 'letterbox-center', 'stretch'));
    expect(await failedChecks(changed)).toMatchObject([{ name: 'golden pictures, engine' }]);
  });

  it('reads no manifest that leaves its bounds', async () => {
    for (const [from, to] of [
      ['"file": "model.onnx"', '"file": "../model.onnx"'],
      ['"version": 1', '"version": 2'],
      [/"size": \[\s*64,/, '"size": [ 1e9,'],
    ] as const) {
      const changed = await repack(whole.out, (files) => edit(files, 'manifest.json', from, to));
      expect(await failedChecks(changed)).toMatchObject([{ name: 'manifest' }]);
    }
  });

  it("never executes a stranger's code", async () => {
    const trace = join(folder, 'executed');
    const write = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(trace)}, '');\n`;
    for (const program of ['run.mjs', 'verify.mjs']) {
      const changed = await repack(whole.out, (files) => edit(files, program, /^/, write));
      expect(await failedChecks(changed)).toMatchObject([
        { name: 'golden pictures, example', detail: expect.stringContaining('not run') },
      ]);
      expect(existsSync(trace)).toBe(false);
    }
    const planted = await repack(whole.out, (files) =>
      files
        .set('node_modules/onnxruntime-node/index.js', Buffer.from(write))
        .set('node_modules/onnxruntime-node/package.json', Buffer.from('{"type":"module","main":"index.js"}')),
    );
    await verifyBundle(planted, recordingContext().context);
    expect(existsSync(trace)).toBe(false);
  });

  it('reports a file that is no zip as a failed check, one that is missing as an error', async () => {
    expect(await failedChecks(images[0] ?? '')).toMatchObject([{ name: 'archive' }]);
    const missing = verifyBundle(join(folder, 'missing.zip'), recordingContext().context);
    await expect(missing).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe.skipIf(!hasSharedFolder)('the example on photos', () => {
  it.each([
    ['yolov8n', 'yolov8n'],
    ['yolo11n', 'yolo11n'],
    ['yolo26n', 'yolo26n'],
    ['yolox-nano', 'yolox_nano'],
  ])(
    '%s finds what the engine finds, also on turned photos',
    async (family, name) => {
      const run: typeof import('./targets/node/example/run.mjs') = await import('./targets/node/example/run.mjs');
      const detector = await openDetector(sharedPath('models', family, `${name}.onnx`));
      const postprocess = { confidence: 0.25, iou: 0.7, maxDetections: 300 };
      const manifest = { spec: detector.spec, postprocess };
      for (const path of [sharedPath('data', 'photos', 'bus.jpg'), sharedPath('nasty', 'exif', 'Landscape_6.jpg')]) {
        const { detections } = await detector.detect(await decodeImage(path), { ...postprocess, multiLabel: false });
        const found = await run.detect({ manifest, session: detector.session }, path);
        expect(found.map((box) => box.className)).toEqual(detections.map((box) => box.className));
        for (const [index, box] of found.entries()) {
          expect(Math.abs(box.score - (detections[index]?.score ?? 0))).toBeLessThan(1e-4);
          for (const [side, edge] of box.box.entries()) {
            expect(Math.abs(edge - (detections[index]?.box[side] ?? 0))).toBeLessThan(0.01);
          }
        }
      }
      await detector.close();
    },
    60_000,
  );
});
