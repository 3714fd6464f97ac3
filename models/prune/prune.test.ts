import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationContext, OperationInput } from '../api.ts';
import { systemErrorCode } from '../files.ts';
import { readModel } from '../graph/read.ts';
import { recordedRecipe } from '../graph/recipeRecord.ts';
import { writeModel } from '../graph/write.ts';
import type { PruneOptions } from '../recipeSchema.ts';
import { addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import type { Progress } from '../types.ts';
import { prune } from './prune.ts';

const idle: OperationContext = { signal: new AbortController().signal, report: () => {} };

let folder = '';
let model = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boxwright-prune-'));
  model = join(folder, 'model.onnx');
  await writeModel(model, tinyV8());
});
afterAll(() => rm(folder, { recursive: true }));

function request(out: string): OperationInput<'prune'> {
  const options: PruneOptions = { method: 'magnitude', amount: 0.3, scope: 'global', keep: [], roundTo: 8, ratios: [] };
  return { model, out: join(folder, out), options, check: [] };
}

describe('prune', () => {
  it('writes a model of the sparsity asked for and reports what is in the file', async () => {
    const steps: Progress[] = [];
    const report = await prune(request('out.onnx'), { ...idle, report: (progress) => steps.push(progress) });
    const written = await readFile(report.out);
    const original = await readFile(model);
    expect(report.after.sparsity).toBeCloseTo(0.3, 3);
    expect(report.before.sparsity).toBeLessThan(0.01);
    expect(report.after.bytes).toBe(written.byteLength);
    expect(report.compressedBytes.after).toBeLessThan(report.compressedBytes.before);
    expect(Math.abs(gzipSync(original).byteLength - report.compressedBytes.before)).toBeLessThan(16);
    expect((await readModel(report.out)).sha256).toBe(report.sha256);
    const [before, after] = [await readModel(model), await readModel(report.out)];
    expect(after.proto.metadataProps.slice(0, -1)).toEqual(before.proto.metadataProps);
    expect(recordedRecipe(after.proto)).toMatchObject({
      original: before.sha256,
      steps: [{ operation: 'prune', options: { amount: 0.3 } }],
    });
    const fractions = steps.map((step) => step.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(await readdir(folder)).toEqual(['model.onnx', 'out.onnx']);
  });

  it('gives the same file again', async () => {
    const first = await prune(request('first.onnx'), idle);
    const second = await prune(request('second.onnx'), idle);
    expect(second.sha256).toBe(first.sha256);
  });

  it('never writes over the model it reads', async () => {
    await expect(prune(request('model.onnx'), idle)).rejects.toThrow(/must go to another file/);
    expect((await readModel(model)).proto.graph?.node.length).toBe(tinyV8().graph?.node.length);
  });

  it('leaves nothing behind when cancelled', async () => {
    await expect(prune(request('never.onnx'), { ...idle, signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
    await expect(readFile(join(folder, 'never.onnx'))).rejects.toSatisfy(
      (error) => systemErrorCode(error) === 'ENOENT',
    );
  });

  it('says when there is nothing to prune', async () => {
    const draft = startDraft();
    addNode(draft, 'Relu', ['x'], {}, 'relu', 'y');
    const bare = join(folder, 'bare.onnx');
    await writeModel(
      bare,
      finishModel(draft, { inputs: [declareTensor('x', [1])], outputs: [declareTensor('y', [1])] }),
    );
    await expect(prune({ ...request('bare out.onnx'), model: bare }, idle)).rejects.toThrow(
      /bare\.onnx has no float weights/,
    );
  });

  it.skipIf(!hasSharedFolder)('prunes YOLOv8n to 30 % within a thousandth', async () => {
    const yolo = { ...request('yolo.onnx'), model: sharedPath('models', 'yolov8n', 'yolov8n.onnx') };
    const report = await prune(yolo, idle);
    expect(Math.abs(report.after.sparsity - 0.3)).toBeLessThan(0.001);
    expect(report.after.parameters).toBe(3_151_904);
  });
});
