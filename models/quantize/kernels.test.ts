import type { ModelProto } from 'onnx-buf';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  addConv,
  addFloats,
  addIntegers,
  addNode,
  addNodeWithOutputs,
  addSilu,
  declareTensor,
  finishModel,
  startDraft,
} from '../testing/draft.ts';
import { countOperators, optimizedModel, quantizeWithNoise } from '../testing/integerGraph.ts';

/** All operators that detectors are made of and quantization takes in, once at least; the tail is a float sigmoid. */
function detectorParts() {
  const draft = startDraft(7);
  const halving = { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } };
  const stem = addSilu(draft, addConv(draft, 'stem', 'images', [3, 8], { kernel: 3, stride: 2 }));
  const side = addSilu(draft, addConv(draft, 'depthwise', stem, [8, 8], { kernel: 3, group: 8 }));
  const sum = addNode(draft, 'Add', [stem, side], {}, 'sum');
  const halves = addIntegers(draft, 'halves', [4, 4]);
  const [left = '', right = ''] = addNodeWithOutputs(draft, 'Split', [sum, halves], 2, { axis: { int: 1 } });
  const mixed = addSilu(draft, addConv(draft, 'mixed', right, [4, 4], { kernel: 3 }));
  const joined = addNode(draft, 'Concat', [left, right, mixed], { axis: { int: 1 } }, 'join');
  const largest = addNode(draft, 'MaxPool', [joined], halving, 'largest');
  const deep = addSilu(draft, addConv(draft, 'deep', largest, [12, 8]));
  const average = addNode(draft, 'AveragePool', [deep], halving, 'average');
  const squeezed = addNode(draft, 'GlobalAveragePool', [average], {}, 'squeezed');
  const weighed = addNode(draft, 'Mul', [
    average,
    addNode(draft, 'Sigmoid', [addConv(draft, 'excite', squeezed, [8, 8])]),
  ]);
  const leaky = addNode(draft, 'LeakyRelu', [addConv(draft, 'leak', weighed, [8, 8])], { alpha: { float: 0.1 } });
  const deeper = addNode(draft, 'Relu', [addConv(draft, 'deeper', leaky, [8, 8])]);
  const scales = addFloats(draft, 'scales', [4], [1, 1, 2, 2]);
  const larger = addNode(
    draft,
    'Resize',
    [deeper, '', scales],
    {
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    },
    'larger',
  );
  addFloats(draft, 'up.weight', [8, 8, 2, 2], undefined, 0.3);
  const up = addNode(draft, 'ConvTranspose', [deeper, 'up.weight'], halving, 'up');
  const both = addNode(draft, 'Concat', [larger, addSilu(draft, up)], { axis: { int: 1 } }, 'both');
  const neck = addSilu(draft, addConv(draft, 'neck', both, [16, 8], { kernel: 3 }));
  const rows = addNode(draft, 'Reshape', [neck, addIntegers(draft, 'rows', [1, 8, 16])]);
  const byCell = addNode(draft, 'Transpose', [rows], { perm: { ints: [0, 2, 1] } });
  const product = addNode(
    draft,
    'MatMul',
    [byCell, addFloats(draft, 'product.weight', [8, 6], undefined, 0.5)],
    {},
    'product',
  );
  addNode(draft, 'Sigmoid', [product], {}, 'scores', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 16, 16])],
    outputs: [declareTensor('y', [1, 16, 6])],
  });
}

describe('the kernels that the runtime chooses for a quantized model', () => {
  let before: Record<string, number> = {};
  let optimized: ModelProto;
  let after: Record<string, number> = {};

  beforeAll(async () => {
    const quantized = await quantizeWithNoise(detectorParts());
    before = countOperators(quantized);
    optimized = await optimizedModel(quantized);
    after = countOperators(optimized);
  });

  it.each([
    ['Conv', 'QLinearConv'],
    ['Mul', 'QLinearMul'],
    ['Add', 'QLinearAdd'],
    ['Concat', 'QLinearConcat'],
    ['AveragePool', 'QLinearAveragePool'],
    ['GlobalAveragePool', 'QLinearGlobalAveragePool'],
    ['LeakyRelu', 'QLinearLeakyRelu'],
    ['MatMul', 'QLinearMatMul'],
  ])('compute every %s on integers: %s', (float, integer) => {
    expect(before[float] ?? 0).toBeGreaterThan(0);
    expect(after[integer]).toBe(before[float]);
    expect(after[float] ?? 0).toBe(0);
  });

  it('compute every Sigmoid but the scores on integers', () => {
    expect(after.QLinearSigmoid).toBe((before.Sigmoid ?? 0) - 1);
    expect(after.Sigmoid).toBe(1);
  });

  it('read floats nowhere but in the tail and where the runtime has no integer kernel', () => {
    const nodes = optimized.graph?.node ?? [];
    const floats = new Set(nodes.filter(({ opType }) => opType === 'DequantizeLinear').flatMap(({ output }) => output));
    const readers = nodes.filter(({ input }) => input.some((name) => floats.has(name)));
    // ConvTranspose has no integer kernel on the CPU: its input and its weights are turned into floats at every run, its
    // result back. Whatever moves values (MaxPool, Resize, Split, Reshape, Transpose) reads integers.
    expect(readers.map(({ opType, name }) => `${opType} ${name}`)).toEqual(['ConvTranspose up', 'Sigmoid scores']);
    expect(after).toMatchObject({ MaxPool: 1, Resize: 1, Split: 1, Reshape: 1, Transpose: 1 });
    // At the picture, and after the ConvTranspose.
    expect(after.QuantizeLinear).toBe(2);
    // Of the input and the weights of the ConvTranspose, and before the scores.
    expect(after.DequantizeLinear).toBe(3);
  });

  it('leave no layer float whose weights are stored as integers, but ConvTranspose', () => {
    const nodes = optimized.graph?.node ?? [];
    const stored = new Set((optimized.graph?.initializer ?? []).map(({ name }) => name));
    const fromIntegers = nodes.filter(
      ({ opType, input }) => opType === 'DequantizeLinear' && stored.has(input[0] ?? ''),
    );
    expect(fromIntegers.map(({ input }) => input[0])).toEqual(['up.weight_quantized']);
    expect(Object.keys(after).filter((name) => /^(Fused|Nhwc)?(Conv|Gemm|MatMul)$/.test(name))).toEqual([]);
    // The rounding that follows the convolution does the work of Relu.
    expect(after.Relu ?? 0).toBe(0);
  });
});
