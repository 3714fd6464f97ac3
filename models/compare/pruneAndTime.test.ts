import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeNode } from '../graph/nodes.ts';
import { readWholeModel } from '../graph/read.ts';
import { makeFloatTensor, makeInt8Tensor } from '../graph/tensors.ts';
import { writeModel } from '../graph/write.ts';
import { pruneOptions } from '../recipeSchema.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { pruneAndTime } from './pruneAndTime.ts';

const folder = temporaryFolder();
const model = join(folder, 'model.onnx');
beforeAll(() => writeModel(model, tinyV8()));

function request(options: Parameters<typeof pruneOptions.parse>[0], path = model) {
  return { model: path, out: join(folder, 'pruned.onnx'), options: pruneOptions.parse(options), check: [] };
}

describe('pruneAndTime', () => {
  it('times what was pruned, and chooses among the roundings that change anything', async () => {
    const { context, reports } = recordingContext();
    const report = await pruneAndTime(request({ method: 'channel', amount: 0.3, roundTo: 'auto' }), context);
    // The widest layer has 32 channels, so multiples of 32 leave all as they are.
    expect(report.speed?.tried?.map(({ roundTo }) => roundTo)).toEqual([8, 16]);
    expect([8, 16]).toContain(report.roundTo);
    expect(report.speed?.before).toBeGreaterThan(0);
    expect(report.speed?.after).toBeGreaterThan(0);
    expect(report.after.macs ?? 0).toBeLessThan(report.before.macs ?? 0);
    const fractions = reports.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    const chosen = report.speed?.tried?.find(({ roundTo }) => roundTo === report.roundTo);
    expect(chosen?.macs).toBe(report.after.macs);
  });

  it('leaves the model as it is, to the byte, where nothing is asked for', async () => {
    const { context } = recordingContext();
    const report = await pruneAndTime(request({ method: 'channel', amount: 0 }), context);
    expect(report.sha256).toBe((await readWholeModel(model)).sha256);
    expect(report.speed).toBeUndefined();
    expect(report.warnings).toEqual([]);
  });

  it.each(['channel', '2:4'] as const)('refuses to take %s from a quantized model', async (method) => {
    const proto = tinyV8();
    proto.graph?.initializer.push(makeFloatTensor('scale', [], [0.5]), makeInt8Tensor('whole', [1], [1]));
    proto.graph?.node.push(makeNode('DequantizeLinear', ['whole', 'scale'], ['real'], { name: 'back' }));
    const quantized = join(folder, 'quantized.onnx');
    await writeModel(quantized, proto);
    const { context } = recordingContext();
    await expect(pruneAndTime(request({ method }, quantized), context)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('is quantized: it contains DequantizeLinear'),
      hint: expect.stringContaining('then quantize'),
    });
  });
});
