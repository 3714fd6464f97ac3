import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { type OperationRequest, operationInputs } from '../api.ts';
import { recognizeDetector } from '../detect/recognize.ts';
import { hashFile } from '../files.ts';
import { readModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { writeModel } from '../graph/write.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { siluNet, tinyEndToEnd, tinyV5, tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
import { quantize } from './quantize.ts';

const folder = temporaryFolder();
const pictures = Promise.all([1, 2, 3].map((seed) => writePicture(join(folder, `picture ${seed}.png`), 80, 60, seed)));

type Options = NonNullable<OperationRequest<'quantize'>['options']>;

let files = 0;
async function save(proto: ModelProto): Promise<string> {
  files += 1;
  const path = join(folder, `model ${files}.onnx`);
  await writeModel(path, proto);
  return path;
}

function run(
  model: string,
  out: string,
  options: Options,
  images: readonly string[],
  context = recordingContext().context,
) {
  return quantize(operationInputs.quantize.parse({ model, out, options }), images, context);
}

async function quantized(proto: ModelProto, options: Options = {}, given?: readonly string[]) {
  const model = await save(proto);
  const out = model.replace('.onnx', '-small.onnx');
  const report = await run(model, out, options, given ?? (await pictures));
  return { model, out, report };
}

function countOperators(proto: ModelProto, operator: string): number {
  return proto.graph?.node.filter((node) => node.opType === operator).length ?? 0;
}

describe('quantize', () => {
  it.each([
    ['v8', tinyV8(), 11, 1],
    ['end-to-end', tinyEndToEnd(), 11, 1],
    ['v5', tinyV5(), 8, 0],
  ])('makes an int8 variant of a %s detector that is still recognised', async (family, proto, layers, floatLayers) => {
    const { out, report } = await quantized(proto);
    expect(report.quantizedLayers).toBe(layers);
    expect(report.floatLayers.filter(({ name }) => name === 'dfl')).toHaveLength(floatLayers);
    const variant = await readModel(out);
    expect(report).toMatchObject({ out, sha256: variant.sha256, bytes: variant.bytes });
    expect(countOperators(variant.proto, 'Conv')).toBe(layers + floatLayers);
    const recognition = recognizeDetector(variant, inferShapes(variant.proto));
    expect(recognition).toMatchObject({ reading: { family, classNames: ['thing0', 'thing1', 'thing2'] } });
  });

  it('gives the same bytes for the same model, pictures and options', async () => {
    const { model, out } = await quantized(tinyV8(), { calibrator: 'percentile' });
    const again = join(folder, 'again.onnx');
    await run(model, again, { calibrator: 'percentile' }, await pictures);
    expect(await readFile(again)).toEqual(await readFile(out));
  });

  it('keeps the metadata and adds how the model was made', async () => {
    const proto = tinyV8();
    proto.metadataProps.push(create(StringStringEntryProtoSchema, { key: 'author', value: 'me' }));
    const { model, out, report } = await quantized(proto, { keep: ['stem1'] });
    const metadata = new Map((await readModel(out)).proto.metadataProps.map(({ key, value }) => [key, value]));
    expect(metadata.get('author')).toBe('me');
    expect(metadata.get('names')).toContain('thing0');
    const recipe: unknown = JSON.parse(metadata.get('boxwright.recipe') ?? '');
    expect(recipe).toMatchObject({
      version: 1,
      original: (await readModel(model)).sha256,
      steps: [
        {
          operation: 'quantize',
          options: { precision: 'int8', keep: ['stem1'], reduceRange: report.reduceRange },
          pictures: [{ name: 'picture 1.png', sha256: await hashFile((await pictures)[0] ?? '') }, {}, {}],
        },
      ],
    });
    expect(report.floatLayers).toContainEqual({ name: 'stem1', why: 'kept by pattern stem1' });
  });

  it('limits weights to ±64 with the reduced range, and uses ±127 without', async () => {
    for (const [reduceRange, limit] of [
      [true, 64],
      [false, 127],
    ] as const) {
      const { out, report } = await quantized(tinyV8({ seed: 5 }), { reduceRange });
      expect(report.reduceRange).toBe(reduceRange);
      const weights = (await readModel(out)).proto.graph?.initializer.find(
        ({ name }) => name === 'stem1.weight_quantized',
      );
      const largest = new Int8Array(weights?.rawData ?? []).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBe(limit);
    }
  });

  it('reports progress up to the end', async () => {
    const { context, reports } = recordingContext();
    await run(await save(tinyV8()), join(folder, 'progress.onnx'), {}, await pictures, context);
    const fractions = reports.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(reports.filter(({ step }) => step.startsWith('Calibrating'))).toHaveLength(3);
  });

  it('warns of what the choices risk', async () => {
    const { report } = await quantized(tinyV8(), { headGuard: false });
    expect(report.warnings.join('\n')).toMatch(/head guard is off/);
    expect(report.warnings.join('\n')).toMatch(/measured on 3 pictures/);
    expect((await quantized(tinyV8(), { precision: 'int8-dynamic' }, [])).report.warnings.join('\n')).toMatch(
      /slower than float/,
    );
    expect((await quantized(tinyV8(), { precision: 'fp16' }, [])).report.warnings.join('\n')).toMatch(/65504/);
  });

  it.each(['int8-dynamic', 'fp16'] as const)('makes an %s variant without pictures', async (precision) => {
    const { out, report } = await quantized(tinyV8(), { precision }, []);
    expect(report.quantizedLayers).toBe(11);
    expect(report.reduceRange).toBeUndefined();
    const variant = await readModel(out);
    expect('reading' in recognizeDetector(variant, inferShapes(variant.proto))).toBe(true);
  });

  it('checks fp16 for overflow where pictures are given', async () => {
    const { report } = await quantized(tinyV8(), { precision: 'fp16' });
    expect(report.warnings.join('\n')).not.toMatch(/not checked/);
  });
});

describe('quantize refuses', () => {
  it('int8 without pictures, saying what to do', async () => {
    await expect(quantized(tinyV8(), {}, [])).rejects.toMatchObject({
      code: 'no-images',
      hint: expect.stringContaining('--data'),
    });
  });

  it('to measure ranges of what is not a detector', async () => {
    await expect(quantized(siluNet())).rejects.toMatchObject({ code: 'not-a-detector' });
  });

  it.each(['int8', 'int8-dynamic', 'fp16'] as const)('a model that is %s already', async (precision) => {
    const { out } = await quantized(tinyV8(), { precision });
    await expect(run(out, join(folder, 'twice.onnx'), {}, await pictures)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(precision === 'fp16' ? /half-precision/ : /quantized already/),
    });
  });

  it('to write over the model it reads', async () => {
    const model = await save(tinyV8());
    await expect(run(model, model, {}, await pictures)).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('to go on when it is cancelled, leaving nothing behind', async () => {
    const { context, controller } = recordingContext();
    controller.abort();
    const out = join(folder, 'cancelled.onnx');
    await expect(run(await save(tinyV8()), out, {}, await pictures, context)).rejects.toMatchObject({
      name: 'AbortError',
    });
    await expect(readFile(out)).rejects.toThrow(/ENOENT/);
  });
});
