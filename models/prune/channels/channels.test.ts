import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWholeModel } from '../../graph/read.ts';
import { floatsOf } from '../../graph/tensors.ts';
import { writeModel } from '../../graph/write.ts';
import { summarize } from '../../inspect/summary.ts';
import { addConv, addNode, addSilu, type Draft, declareTensor, finishModel, startDraft } from '../../testing/draft.ts';
import { measureParity, openSession } from '../../testing/parity.ts';
import { hasSharedFolder, sharedPath } from '../../testing/shared.ts';
import { setWeights, tinyEndToEnd, tinyV5, tinyV8, tinyYolox } from '../../testing/tinyModels.ts';
import { analyseChannels, removalOf } from './analysis.ts';
import { membersAlong } from './groups.ts';
import { planRemoval } from './planRemoval.ts';
import { predictFigures } from './predict.ts';
import { removeChannels } from './removeChannels.ts';

const options = { amount: 0.3, scope: 'global', keep: [], roundTo: 8, ratios: [] } as const;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'channels-'));
});
afterAll(() => rm(folder, { recursive: true }));

function build(body: (draft: Draft) => string, channels: number): ModelProto {
  const draft = startDraft();
  const output = addNode(draft, 'Identity', [body(draft)], {}, 'last', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('x', [1, 3, 8, 8])],
    outputs: [declareTensor(output, [1, channels, 8, 8])],
  });
}

/** A chain, and a residual sum whose two branches must lose the same channels. */
const chain = () =>
  build((draft) => {
    const first = addSilu(draft, addConv(draft, 'a', 'x', [3, 16]));
    const second = addSilu(draft, addConv(draft, 'b', first, [16, 16], { kernel: 3 }));
    const sum = addNode(draft, 'Add', [first, second]);
    return addConv(draft, 'c', sum, [16, 8]);
  }, 8);

/** Halves joined and split again, a depthwise layer, and a shuffle of the channels as ShuffleNet has it. */
const shuffled = () =>
  build((draft) => {
    const left = addNode(draft, 'Relu', [addConv(draft, 'left', 'x', [3, 16])]);
    const right = addNode(draft, 'Relu', [addConv(draft, 'right', 'x', [3, 16])]);
    const joined = addNode(draft, 'Concat', [left, right], { axis: { int: 1 } });
    const deep = addConv(draft, 'deep', joined, [32, 32], { kernel: 3, group: 32 });
    return addConv(draft, 'out', deep, [32, 8]);
  }, 8);

/** Sets some output channels of a Conv to zero, weights and bias. */
function silence(proto: ModelProto, layer: string, channels: readonly number[]): void {
  for (const part of ['weight', 'bias']) {
    const tensor = proto.graph?.initializer.find(({ name }) => name === `${layer}.${part}`);
    if (tensor === undefined) throw new Error(`no ${layer}.${part}`);
    const values = Float32Array.from(floatsOf(tensor));
    const each = values.length / Number(tensor.dims[0]);
    for (const channel of channels) values.fill(0, channel * each, (channel + 1) * each);
    setWeights(proto, `${layer}.${part}`, values);
  }
}

describe('taking channels out', () => {
  it('of amount 0 takes nothing', () => {
    const analysis = analyseChannels(tinyV8());
    expect(planRemoval(analysis, { ...options, amount: 0 }).removed.size).toBe(0);
  });

  it('that give nothing leaves the outputs as they are: a chain with a residual sum', async () => {
    const proto = chain();
    // A sum is silent where both of its parts are.
    for (const layer of ['a', 'b']) silence(proto, layer, [1, 5, 11]);
    const analysis = analyseChannels(proto);
    const pruned = removeChannels(analysis.graph, removalOf(analysis, [{ layer: 'a', channels: [1, 5, 11] }]));
    expect(pruned.graph?.initializer.find(({ name }) => name === 'b.weight')?.dims).toEqual([13n, 13n, 3n, 3n]);
    const { absolute } = await measureParity(proto, pruned);
    expect(absolute).toBeLessThan(1e-5);
  });

  it('that give nothing leaves the outputs as they are: a join and a depthwise layer', async () => {
    const proto = shuffled();
    silence(proto, 'right', [0, 7]);
    // The depthwise layer adds its bias to silent channels too: channels 16 and 23 of the joined ones.
    silence(proto, 'deep', [16, 23]);
    const analysis = analyseChannels(proto);
    const pruned = removeChannels(analysis.graph, removalOf(analysis, [{ layer: 'right', channels: [0, 7] }]));
    expect(pruned.graph?.initializer.find(({ name }) => name === 'deep.weight')?.dims[0]).toBe(30n);
    const { absolute } = await measureParity(proto, pruned);
    expect(absolute).toBeLessThan(1e-5);
  });

  it('twice is taking the union out once', async () => {
    const analysis = analyseChannels(chain());
    const once = removeChannels(analysis.graph, removalOf(analysis, [{ layer: 'a', channels: [1, 2, 5, 9] }]));
    const first = removeChannels(analysis.graph, removalOf(analysis, [{ layer: 'a', channels: [1, 5] }]));
    const again = analyseChannels(first);
    // Channels 2 and 9 have become 1 and 7.
    const second = removeChannels(again.graph, removalOf(again, [{ layer: 'a', channels: [1, 7] }]));
    expect((await measureParity(once, second)).absolute).toBe(0);
    expect(predictFigures(analyseChannels(once).graph, new Set())).toEqual(
      predictFigures(analyseChannels(second).graph, new Set()),
    );
  });

  it('refuses what the output needs, and what is not there', () => {
    const analysis = analyseChannels(chain());
    expect(() => removalOf(analysis, [{ layer: 'c', channels: [0] }])).toThrow(/must stay/);
    expect(() => removalOf(analysis, [{ layer: 'a', channels: [16] }])).toThrow(/does not exist/);
    expect(() => removalOf(analysis, [{ layer: 'none', channels: [0] }])).toThrow(/no layer/);
    const all = Array.from({ length: 16 }, (_, channel) => channel);
    expect(() => removalOf(analysis, [{ layer: 'a', channels: all }])).toThrow(/Nothing would be left/);
  });
});

const models: [string, () => Promise<ModelProto>][] = [
  ['tiny v8', async () => tinyV8()],
  ['tiny v5', async () => tinyV5()],
  ['tiny YOLOX', async () => tinyYolox()],
  ['tiny end-to-end', async () => tinyEndToEnd()],
  ['the sample', async () => (await readWholeModel('models/samples/sample.onnx')).proto],
];
const published = [
  'yolov8n/yolov8n',
  'yolo11n/yolo11n',
  'yolo26n/yolo26n',
  'yolox-nano/yolox_nano',
  'fastestdet/FastestDet',
  'yolov5-lite-e/v5Lite-e-sim-320',
  'yolo-fastestv2/yolo-fastestv2',
];
if (hasSharedFolder) {
  for (const name of published) {
    models.push([name, async () => (await readWholeModel(sharedPath('models', ...`${name}.onnx`.split('/')))).proto]);
  }
}

describe.each(models)('%s', (name, load) => {
  it('has every convolution in a group, or says why it stays', async () => {
    const proto = await load();
    const { groups, kept, graph } = analyseChannels(proto);
    const named = new Set([...groups.flatMap(({ layers }) => layers), ...kept.map((layer) => layer.name)]);
    // Depthwise layers make no channels of their own: they lose what the layer before them does.
    const follows = new Set(groups.flatMap(({ members }) => members));
    const isFollower = (layer: (typeof graph.layers)[number]) =>
      membersAlong(graph, layer.outputs).some((member) => follows.has(member));
    const missing = graph.layers.filter((layer) => !named.has(layer.name) && !isFollower(layer));
    expect(missing.map((layer) => layer.name)).toEqual([]);
    expect(kept.every(({ why }) => why.length > 10)).toBe(true);
    expect(groups.length).toBeGreaterThan(0);
  });

  it('loses 30 % of its channels, keeps its outputs, and costs what was predicted', { timeout: 60_000 }, async () => {
    const proto = await load();
    const analysis = analyseChannels(proto);
    const { removed } = planRemoval(analysis, { ...options, roundTo: name.startsWith('tiny') ? 1 : 8 });
    const predicted = predictFigures(analysis.graph, removed);
    const pruned = removeChannels(analysis.graph, removed);
    const path = join(folder, 'pruned.onnx');
    await writeModel(path, clone(ModelProtoSchema, pruned));
    const { parameters, macs } = summarize(await readWholeModel(path));
    expect(macs).toBe(predicted.macs);
    expect(parameters).toBe(predicted.parameters);
    const before = await openSession(proto);
    const after = await openSession(pruned);
    expect(after.outputMetadata).toEqual(before.outputMetadata);
    // That both run on the same picture and give outputs of the same shapes is part of the comparison.
    await measureParity(proto, pruned);
    await before.release();
    await after.release();
  });
});
