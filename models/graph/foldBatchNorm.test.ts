import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { addFloats, addNode, type Draft, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { measureParity } from '../testing/parity.ts';
import { foldBatchNorm } from './foldBatchNorm.ts';
import { floatsOf } from './tensors.ts';

function addNorm(draft: Draft, input: string, channels: number, output: string): void {
  const parts = ['gamma', 'beta', 'mean'].map((part) => addFloats(draft, `${output}.${part}`, [channels]));
  const variance = Array.from({ length: channels }, (_, channel) => 0.3 + channel);
  const inputs = [input, ...parts, addFloats(draft, `${output}.variance`, [channels], variance)];
  addNode(draft, 'BatchNormalization', inputs, { epsilon: { float: 1e-3 } }, `${output}.norm`, output);
}

function withNorm(operator: string, weightDims: number[], channels: number, group: number, bias: boolean): ModelProto {
  const draft = startDraft(5);
  const inputs = ['x', addFloats(draft, 'w', weightDims), ...(bias ? [addFloats(draft, 'b', [channels])] : [])];
  addNorm(draft, addNode(draft, operator, inputs, { group: { int: group } }, 'layer'), channels, 'y');
  return finishModel(draft, {
    inputs: [declareTensor('x', [1, 4, 6, 6])],
    outputs: [declareTensor('y', [1, channels, 'h', 'w'])],
  });
}

const operatorsOf = (model: ModelProto) => model.graph?.node.map((node) => node.opType);

describe('foldBatchNorm', () => {
  it.each([
    ['Conv', withNorm('Conv', [6, 4, 3, 3], 6, 1, true)],
    ['Conv without bias', withNorm('Conv', [6, 4, 3, 3], 6, 1, false)],
    ['depthwise Conv', withNorm('Conv', [4, 1, 3, 3], 4, 4, true)],
    ['ConvTranspose', withNorm('ConvTranspose', [4, 6, 2, 2], 6, 1, true)],
    ['grouped ConvTranspose', withNorm('ConvTranspose', [4, 3, 2, 2], 6, 2, true)],
  ])('merges the normalization behind a %s and keeps the result', async (_, model) => {
    const folded = foldBatchNorm(model);
    expect(operatorsOf(folded)).toHaveLength(1);
    expect(folded.graph?.initializer).toHaveLength(2);
    const { relative } = await measureParity(model, folded);
    expect(relative).toBeLessThan(1e-5);
  });

  it('gives w * gamma / sqrt(var + eps) and (b - mean) * gamma / sqrt(var + eps) + beta', () => {
    const draft = startDraft();
    const layer = addNode(
      draft,
      'Conv',
      ['x', addFloats(draft, 'w', [1, 1, 1, 1], [3]), addFloats(draft, 'b', [1], [7])],
      {},
      'layer',
    );
    const parts = [
      ['gamma', 8],
      ['beta', 0.5],
      ['mean', 2],
      ['variance', 15],
    ].map(([name, value]) => addFloats(draft, String(name), [1], [Number(value)]));
    addNode(draft, 'BatchNormalization', [layer, ...parts], { epsilon: { float: 1 } }, 'norm', 'y');
    const model = finishModel(draft, {
      inputs: [declareTensor('x', [1, 1, 1, 1])],
      outputs: [declareTensor('y', [1, 1, 1, 1])],
    });
    // 8 / sqrt(15 + 1) = 2: weights 3 * 2, bias (7 - 2) * 2 + 0.5.
    expect(foldBatchNorm(model).graph?.initializer.map((tensor) => Array.from(floatsOf(tensor)))).toEqual([
      [6],
      [10.5],
    ]);
  });

  it('leaves a normalization alone whose convolution another node reads as well', () => {
    const draft = startDraft(2);
    const layer = addNode(draft, 'Conv', ['x', addFloats(draft, 'w', [2, 2, 1, 1])], {}, 'layer');
    addNorm(draft, layer, 2, 'normed');
    addNode(draft, 'Add', ['normed', layer], {}, 'sum', 'y');
    const model = finishModel(draft, {
      inputs: [declareTensor('x', [1, 2, 3, 3])],
      outputs: [declareTensor('y', [1, 2, 3, 3])],
    });
    expect(operatorsOf(foldBatchNorm(model))).toEqual(['Conv', 'BatchNormalization', 'Add']);
  });
});
