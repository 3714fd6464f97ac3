import type { ModelProto } from 'onnx-buf';
import type { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { floatsOf } from '../../graph/tensors.ts';
import { encodeModel } from '../../graph/write.ts';
import { recordingContext } from '../../testing/context.ts';
import { addConv, addNode, declareTensor, finishModel, startDraft } from '../../testing/draft.ts';
import { measureParity, randomFeeds } from '../../testing/parity.ts';
import { setWeights } from '../../testing/tinyModels.ts';
import { analyseChannels, removalOf } from '../channels/analysis.ts';
import { removeChannels } from '../channels/removeChannels.ts';
import { type Recovery, recover } from './recover.ts';

/** Two layers; the second reads 16 channels of the first through a kernel. */
function twoLayers(kernel: 1 | 3): ModelProto {
  const draft = startDraft();
  const first = addNode(draft, 'Relu', [addConv(draft, 'a', 'x', [3, 16], { kernel: 3 })]);
  const second = addNode(draft, 'Relu', [addConv(draft, 'b', first, [16, 8], { kernel })]);
  addNode(draft, 'Identity', [addConv(draft, 'c', second, [8, 4])], {}, 'last', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('x', [1, 3, 12, 12])],
    outputs: [declareTensor('y', [1, 4, 12, 12])],
  });
}

/** Changes weights of the first layer, output by output. */
function change(proto: ModelProto, part: 'weight' | 'bias', valueAt: (values: Float32Array, at: number) => number) {
  const tensor = proto.graph?.initializer.find(({ name }) => name === `a.${part}`);
  if (tensor === undefined) throw new Error('no weights');
  const values = floatsOf(tensor);
  setWeights(
    proto,
    `a.${part}`,
    Float32Array.from(values, (_, at) => valueAt(values, at)),
  );
}

async function prunedBy(proto: ModelProto, channels: readonly number[], mode: Recovery) {
  const { context } = recordingContext();
  const analysis = analyseChannels(proto);
  const removed = removalOf(analysis, [{ layer: 'a', channels }]);
  const plain = removeChannels(analysis.graph, removed);
  const pictures: Record<string, Tensor>[] = [11, 12, 13, 14].map((seed) => randomFeeds(proto, seed));
  const recovered = await recover(analysis.graph, removed, plain, pictures, mode, context);
  const again = await recover(analysis.graph, removed, plain, pictures, mode, context);
  return { plain, recovered, again };
}

describe('recover', () => {
  it('gives channels that are like others to those: pictures that were never seen come out nearly the same', async () => {
    const proto = twoLayers(3);
    // Outputs 8 to 15 repeat outputs 0 to 7: 27 weights each.
    change(proto, 'weight', (values, at) => values[at % (8 * 27)] ?? 0);
    change(proto, 'bias', (values, at) => values[at % 8] ?? 0);
    const { plain, recovered, again } = await prunedBy(proto, [8, 9, 10, 11, 12, 13, 14, 15], 'least-squares');
    const before = await measureParity(proto, plain);
    const after = await measureParity(proto, recovered);
    expect(before.relative).toBeGreaterThan(0.1);
    expect(after.relative).toBeLessThan(0.1 * before.relative);
    expect(encodeModel(again)).toEqual(encodeModel(recovered));
  });

  it.each(['bias', 'least-squares'] as const)('by %s makes up for channels that never change', async (mode) => {
    const proto = twoLayers(1);
    const constant = [2, 5];
    change(proto, 'weight', (values, at) => (constant.includes(Math.floor(at / 27)) ? 0 : (values[at] ?? 0)));
    change(proto, 'bias', (values, at) => (constant.includes(at) ? 1.5 : (values[at] ?? 0)));
    const { plain, recovered } = await prunedBy(proto, constant, mode);
    expect((await measureParity(proto, plain)).absolute).toBeGreaterThan(0.01);
    expect((await measureParity(proto, recovered)).absolute).toBeLessThan(1e-4);
  });
});
