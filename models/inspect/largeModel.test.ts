import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { type ModelProto, StringStringEntryProtoSchema, type TensorProto, TensorProto_DataLocation } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { readModel, readWholeModel } from '../graph/read.ts';
import { makeFloatTensor } from '../graph/tensors.ts';
import { encodeModel } from '../graph/write.ts';
import { operations } from '../operations.ts';
import { parseInput } from '../parseInput.ts';
import { samplePaths } from '../samples/sample.ts';
import { recordingContext } from '../testing/context.ts';
import { addIntegers, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { summarize } from './summary.ts';

const folder = temporaryFolder();
const { context } = recordingContext();
const megabyte = 2 ** 20;
const columns = 1024;
const rows = 600_000;
/** 2.46 GB. */
const tableBytes = 4 * rows * columns;

/** A float constant [rows, columns] whose values lie in `file`. */
function externalTable(name: string, file: string, size: readonly [number, number]): TensorProto {
  const tensor = makeFloatTensor(name, [0], []);
  const entries = { location: file, offset: '0', length: String(4 * size[0] * size[1]) };
  tensor.dims = size.map(BigInt);
  tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
  tensor.externalData = Object.entries(entries).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  return tensor;
}

/** Writes a file of a size that takes little of the disk: what is not in `start` is a hole and reads as zeros. */
async function writeSparse(name: string, bytes: number, start: Uint8Array): Promise<void> {
  const file = await open(join(folder, name), 'w');
  await file.write(start);
  await file.truncate(bytes);
  await file.close();
}

async function put(name: string, proto: ModelProto): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, encodeModel(proto));
  return path;
}

/** The picture's mean, spread to one row, times the table: a layer of 614 million weights. */
function productModel(file: string, size: readonly [number, number]): ModelProto {
  const draft = startDraft();
  const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } });
  const row = addNode(draft, 'Expand', [mean, addIntegers(draft, 'row', [1, size[0]])]);
  draft.initializers.push(externalTable('table', file, size));
  addNode(draft, 'MatMul', [row, 'table'], {}, 'product', 'output0');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 8, 8])],
    outputs: [declareTensor('output0', [1, size[1]])],
  });
}

/** A detector that also adds the largest value in a row of the table, which is 0, to its output. */
function detectorWithTable(): ModelProto {
  const proto = tinyV8({ size: 32 });
  const { graph } = proto;
  if (graph === undefined) throw new Error('A tiny model has a graph.');
  const last = graph.node.at(-1);
  if (last !== undefined) last.output = ['bare'];
  const draft = startDraft();
  // The row depends on the picture: the runtime would pick a fixed one while it opens the model, and read the table for it.
  const mean = addNode(draft, 'ReduceMean', ['images'], { keepdims: { int: 0 } }, 'mean');
  const row = addNode(draft, 'Cast', [mean], { to: { int: 7 } }, 'row');
  const cell = addNode(draft, 'Gather', ['table', row], {}, 'pick');
  const largest = addNode(draft, 'ReduceMax', [cell], { keepdims: { int: 0 } }, 'largest');
  addNode(draft, 'Add', ['bare', largest], {}, 'with_table', 'output0');
  graph.node.push(...draft.nodes);
  graph.initializer.push(...draft.initializers, externalTable('table', 'large.bin', [rows, columns]));
  return proto;
}

describe('weights in other files', () => {
  it('are counted the same as weights inside', async () => {
    // 2.4 MB, more than is loaded: zeros (of both signs), ones, and two values that are no numbers.
    const size = [600, 1000] as const;
    const values = Float32Array.from({ length: 600_000 }, (_, index) =>
      index % 4 === 0 ? 1 : index % 8 === 1 ? -0 : 0,
    );
    values.set([Number.NaN, Number.NEGATIVE_INFINITY], 599_000);
    await writeFile(join(folder, 'counted.bin'), new Uint8Array(values.buffer));
    const path = await put('counted.onnx', productModel('counted.bin', size));
    const outside = await readModel(path);
    expect(outside.outside.size).toBe(1);
    const whole = await readWholeModel(path);
    expect(whole.outside.size).toBe(0);
    const summary = summarize(outside);
    expect(summary).toEqual(summarize(whole));
    // A quarter are ones; at 599,000 and 599,001 lay a one and a zero.
    expect(summary.sparsity).toBe((450_000 - 1) / 600_000);
    expect(summary.warnings.join()).toMatch(/product hold NaN or infinite/);
  });
});

// Without holes in files, the weights would take 2.5 GB of the disk.
describe.skipIf(process.platform === 'win32')('a model of more than 2 GB', () => {
  it('is inspected in little memory and time, its zeros estimated', { timeout: 60_000 }, async () => {
    const ones = new Float32Array((16 * megabyte) / 4).fill(1);
    await writeSparse('large.bin', tableBytes, new Uint8Array(ones.buffer));
    const path = await put('large.onnx', productModel('large.bin', [rows, columns]));
    const before = process.resourceUsage().maxRSS;
    const started = performance.now();
    const inspection = await operations.inspect(parseInput('inspect', { model: path }), context);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(400);
    expect(inspection).toMatchObject({ parameters: rows * columns, macs: rows * columns, precision: 'fp32' });
    expect(inspection.bytes).toBeGreaterThan(tableBytes);
    expect(inspection.refusedByRuntime).toBeUndefined();
    // 16 of 2,344 MiB are ones.
    expect(1 - inspection.sparsity).toBeCloseTo((16 * megabyte) / tableBytes, 3);
    expect(inspection.warnings.join()).toMatch(/share of zeros is an estimate from 11 % of the weights/);
  });

  it('finds boxes, the runtime reading the weights from their file', { timeout: 60_000 }, async () => {
    await writeSparse('large.bin', tableBytes, new Uint8Array());
    const images = samplePaths().images.slice(0, 1);
    const detect = async (model: string) => {
      const report = await operations.detect(parseInput('detect', { model, images, confidence: 0.01 }), context);
      return report.images.map((image) => ('detections' in image ? image.detections : image.error));
    };
    const before = process.resourceUsage().maxRSS;
    const found = await detect(await put('detector.onnx', detectorWithTable()));
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(400);
    expect(found).toEqual(await detect(await put('plain.onnx', tinyV8({ size: 32 }))));
    expect(found.flat().length).toBeGreaterThan(0);
  });

  it('is not rewritten, and says why', async () => {
    await writeSparse('large.bin', tableBytes, new Uint8Array());
    const path = await put('rewritten.onnx', productModel('large.bin', [rows, columns]));
    const refusal = {
      code: 'model-unsupported',
      message: expect.stringMatching(/rewritten\.onnx has 2,457,600,000 bytes/),
    };
    const out = join(folder, 'out.onnx');
    const prune = parseInput('prune', { model: path, out, options: {} });
    await expect(operations.prune(prune, context)).rejects.toMatchObject(refusal);
    const quantize = parseInput('quantize', { model: path, out, options: { precision: 'fp16' } });
    await expect(operations.quantize(quantize, context)).rejects.toMatchObject(refusal);
  });
});
