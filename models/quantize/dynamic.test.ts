import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { addFloats, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { measureParity } from '../testing/parity.ts';
import { siluNet, tinyV8 } from '../testing/tinyModels.ts';
import { quantizeDynamic } from './dynamic.ts';

const options = { headGuard: true, keep: [], perTensor: false };

function operatorsOf(proto: ModelProto): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { opType } of proto.graph?.node ?? []) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
}

describe('quantizeDynamic', () => {
  it('runs every convolution on integers and stays close to the float model', async () => {
    const model = siluNet();
    const { proto, selection } = quantizeDynamic(model, options);
    expect(selection.lowered.size).toBe(2);
    expect(operatorsOf(proto)).toMatchObject({ DynamicQuantizeLinear: 2, ConvInteger: 2 });
    expect(operatorsOf(proto).Conv).toBeUndefined();
    const { relative } = await measureParity(model, proto);
    expect(relative).toBeLessThan(0.02);
  });

  it('keeps no float weights', () => {
    const { proto } = quantizeDynamic(siluNet(), options);
    expect(proto.graph?.initializer.map(({ name }) => name)).not.toContain('first.weight');
  });

  it.each([0, 1])('turns Gemm with transB=%i and MatMul into integer products', async (transB) => {
    const draft = startDraft(6);
    const hidden = addNode(draft, 'MatMul', ['x', addFloats(draft, 'w1', [6, 8])]);
    addFloats(draft, 'w2', transB === 1 ? [5, 8] : [8, 5]);
    addNode(draft, 'Gemm', [hidden, 'w2', addFloats(draft, 'b', [5])], { transB: { int: transB } }, 'last', 'y');
    const model = finishModel(draft, { inputs: [declareTensor('x', [3, 6])], outputs: [declareTensor('y', [3, 5])] });
    const { proto } = quantizeDynamic(model, options);
    expect(operatorsOf(proto)).toMatchObject({ MatMulInteger: 2 });
    const { relative } = await measureParity(model, proto);
    expect(relative).toBeLessThan(0.02);
  });

  it('quantizes an activation once for all layers that read it', () => {
    const draft = startDraft(6);
    const branches = ['a', 'b'].map((name) => addNode(draft, 'MatMul', ['x', addFloats(draft, name, [6, 4])]));
    addNode(draft, 'Add', branches, {}, 'sum', 'y');
    const model = finishModel(draft, { inputs: [declareTensor('x', [3, 6])], outputs: [declareTensor('y', [3, 4])] });
    expect(operatorsOf(quantizeDynamic(model, options).proto).DynamicQuantizeLinear).toBe(1);
  });

  it('leaves the sum over distance bins float, and what patterns name', () => {
    const { selection } = quantizeDynamic(tinyV8(), { ...options, keep: ['stem*'] });
    expect(selection.float.map(({ node, why }) => [node.name, why])).toEqual([
      ['stem1', 'kept by pattern stem*'],
      ['stem2', 'kept by pattern stem*'],
      ['dfl', 'head guard: sums the distance bins (DFL)'],
    ]);
  });

  it('quantizes that sum as well without the head guard', () => {
    const { selection } = quantizeDynamic(tinyV8(), { ...options, headGuard: false });
    expect(selection.float).toEqual([]);
  });
});
