import { join } from 'node:path';
import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { makeNode } from '../graph/nodes.ts';
import { floatsOf, makeFloatTensor, makeUint8Tensor } from '../graph/tensors.ts';
import { writeModel } from '../graph/write.ts';
import { parseInput } from '../parseInput.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { setWeights, tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';
import { measureLayerDifferences } from './layerDifferences.ts';

const folder = temporaryFolder();
const image = await writePicture(join(folder, 'pïcture.png'), 90, 70);

async function write(name: string, proto: ModelProto): Promise<string> {
  const path = join(folder, name);
  await writeModel(path, proto);
  return path;
}

const baseline = await write('base.onnx', tinyV8());

async function measure(variant: string) {
  const input = parseInput('layers', { baseline, variant, image });
  return measureLayerDifferences(input, recordingContext().context);
}

const layerNamed = (layers: readonly { readonly name: string; readonly sqnr: number | null }[], name: string) =>
  layers.find((layer) => layer.name === name)?.sqnr;

describe('layer differences', () => {
  it('finds a copy without any', async () => {
    const { layers, unmatched } = await measure(await write('copy.onnx', tinyV8()));
    expect(unmatched).toEqual([]);
    expect(layers.length).toBeGreaterThan(20);
    expect(layers.every(({ sqnr }) => sqnr === 150)).toBe(true);
  });

  it('calculated by hand: a layer whose weights and bias are a tenth larger is off by 20 dB', async () => {
    const proto = tinyV8();
    for (const name of ['class1.weight', 'class1.bias']) {
      const tensor = proto.graph?.initializer.find((one) => one.name === name);
      if (tensor)
        setWeights(
          proto,
          name,
          floatsOf(tensor).map((value) => 1.1 * value),
        );
    }
    const { layers } = await measure(await write('louder.onnx', proto));
    // 10 log10(sum x² / sum (0.1 x)²) = 20.
    expect(layerNamed(layers, 'class1')).toBeCloseTo(20, 3);
    expect(layerNamed(layers, 'class0')).toBe(150);
    expect(layerNamed(layers, 'stem1')).toBe(150);
  });

  it('sees through rounding: half a step at most, and by name what only one model has', async () => {
    const proto = clone(ModelProtoSchema, tinyV8());
    const { graph } = proto;
    if (!graph) throw new Error('no graph');
    // The result of the first layer on a grid of 0.25 around 0.
    const step = 0.25;
    graph.initializer.push(makeFloatTensor('step', [], [step]), makeUint8Tensor('middle', [], [128]));
    const readers = graph.node.filter(({ input }) => input.includes('stem1_out'));
    for (const node of readers) node.input = node.input.map((name) => (name === 'stem1_out' ? 'stem1_rounded' : name));
    const at = graph.node.findIndex(({ name }) => name === 'stem1') + 1;
    graph.node.splice(
      at,
      0,
      makeNode('QuantizeLinear', ['stem1_out', 'step', 'middle'], ['stem1_grid']),
      makeNode('DequantizeLinear', ['stem1_grid', 'step', 'middle'], ['stem1_rounded']),
    );
    const last = graph.node.find(({ name }) => name === 'class2');
    const renamed = graph.node.filter(({ input }) => input.includes('class2_out'));
    for (const node of renamed) node.input = node.input.map((name) => (name === 'class2_out' ? 'other' : name));
    if (last) last.output = ['other'];
    const { layers, unmatched } = await measure(await write('rounded.onnx', proto));
    const sqnr = layerNamed(layers, 'stem1') ?? 0;
    // Uniform rounding noise is step²/12, and no value of the stem exceeds a few units.
    expect(sqnr).toBeGreaterThan(10);
    expect(sqnr).toBeLessThan(40);
    const renamedLayer = { name: 'class2', operator: 'Conv', why: 'missing' };
    expect(unmatched).toEqual([
      { ...renamedLayer, of: 'baseline', tensor: 'class2_out' },
      { ...renamedLayer, of: 'variant', tensor: 'other' },
    ]);
  });

  it('says which layers have another shape', async () => {
    const { unmatched } = await measure(await write('more classes.onnx', tinyV8({ classes: 5 })));
    expect(unmatched).toContainEqual({
      name: 'class0',
      operator: 'Conv',
      tensor: 'class0_out',
      of: 'baseline',
      why: 'shape',
    });
    expect(unmatched.some(({ name }) => name === 'stem1')).toBe(false);
  });

  it('says which file is missing, and can be cancelled', async () => {
    const other = await write('none.onnx', tinyV8());
    const { context, controller } = recordingContext();
    controller.abort();
    const input = parseInput('layers', { baseline, variant: other, image });
    await expect(measureLayerDifferences(input, context)).rejects.toThrow();
    const missing = parseInput('layers', { baseline, variant: join(folder, 'gone.onnx'), image });
    await expect(measureLayerDifferences(missing, recordingContext().context)).rejects.toMatchObject({
      code: 'file-not-found',
    });
  });
});

describe.skipIf(!hasSharedFolder)('layer differences of a real detector', () => {
  it('finds the layers of a dynamically quantized file by their names', async () => {
    const [model, variant] = ['yolov8n.onnx', 'yolov8n_int8_dynamic.onnx'].map((name) =>
      sharedPath('models', 'yolov8n', name),
    );
    const photo = sharedPath('data', 'photos', 'bus.jpg');
    const input = parseInput('layers', { baseline: model ?? '', variant: variant ?? '', image: photo });
    const { layers } = await measureLayerDifferences(input, recordingContext().context);
    expect(layers.length).toBeGreaterThan(200);
    // What multiplies 8-bit numbers is off, and by less than what it holds.
    const worst = Math.min(...layers.map(({ sqnr }) => sqnr ?? 0));
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(40);
  }, 120_000);
});
