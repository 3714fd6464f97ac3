import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import {
  addConv,
  addFloats,
  addNode,
  addSilu,
  type Draft,
  declareTensor,
  finishModel,
  startDraft,
} from '../testing/draft.ts';
import {
  countOperators,
  optimizedOperators,
  type QdqSettings,
  quantizeWithNoise as quantized,
} from '../testing/integerGraph.ts';
import { openSession, randomFeeds } from '../testing/parity.ts';
import { tinyEndToEnd, tinyV8 } from '../testing/tinyModels.ts';

/** Root mean square error of the first output over that of its values, on pictures that were not used for calibration. */
async function relativeError(
  model: ModelProto,
  variant: ModelProto,
  optimization: 'all' | 'disabled' = 'all',
): Promise<number> {
  const [first, second] = [await openSession(model), await openSession(variant, optimization)];
  let noise = 0;
  let signal = 0;
  for (let seed = 100; seed < 104; seed += 1) {
    const feeds = randomFeeds(model, seed);
    const [expected, actual] = [await first.run(feeds), await second.run(feeds)].map((results) =>
      Array.from(Object.values(results)[0]?.data ?? [], Number),
    );
    for (const [index, value] of (expected ?? []).entries()) {
      noise += (value - (actual?.[index] ?? 0)) ** 2;
      signal += value ** 2;
    }
  }
  await first.release();
  await second.release();
  return Math.sqrt(noise / signal);
}

/** Four convolutions with SiLU, a residual sum, a Concat, a MaxPool and a Resize: what YOLO backbones are made of. */
function backbone(more: (draft: Draft, features: string) => string = (_, features) => features): ModelProto {
  const draft = startDraft(7);
  const stem = addSilu(draft, addConv(draft, 'stem', 'images', [3, 8], { kernel: 3, stride: 2 }));
  const side = addSilu(draft, addConv(draft, 'side', stem, [8, 8], { kernel: 3 }));
  const sum = addNode(draft, 'Add', [stem, side]);
  const pooled = addNode(draft, 'MaxPool', [sum], { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } });
  const scales = addFloats(draft, 'scales', [4], [1, 1, 2, 2]);
  const resized = addNode(draft, 'Resize', [pooled, '', scales], {
    coordinate_transformation_mode: { string: 'asymmetric' },
    nearest_mode: { string: 'floor' },
  });
  const joined = addNode(draft, 'Concat', [resized, sum], { axis: { int: 1 } });
  const deep = addConv(draft, 'deep', joined, [16, 8], { kernel: 3, group: 8 });
  const last = addConv(draft, 'last', more(draft, addSilu(draft, deep)), [8, 4]);
  addNode(draft, 'Sigmoid', [last], {}, 'scores', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('images', [1, 3, 16, 16])],
    outputs: [declareTensor('y', [1, 4, 8, 8])],
  });
}

describe('insertQdq', () => {
  it('gives a model that the runtime runs on integer kernels throughout', async () => {
    const operators = await optimizedOperators(await quantized(backbone()));
    expect(operators).toMatchObject({ QLinearConv: 4, QLinearAdd: 1, QLinearSigmoid: 3, QLinearMul: 3, MaxPool: 1 });
    expect(operators.Conv ?? 0).toBe(0);
    // One pair at the picture, and one dequantization before the float sigmoid.
    expect(operators).toMatchObject({ QuantizeLinear: 1, DequantizeLinear: 1, Sigmoid: 1 });
  });

  it.each([
    ['uint8, per channel, 7 bits', {}],
    ['int8 activations', { activations: 'int8' }],
    ['one scale per layer', { perTensor: true }],
    ['8 bits', { weightLimit: 127 }],
    ['16-bit activations', { activations: 'uint16' }],
    ['signed 16-bit activations', { activations: 'int16' }],
    ['symmetric', { activations: 'int8', symmetric: true }],
  ] satisfies [string, QdqSettings][])('stays close to the float model: %s', async (_, settings) => {
    const model = backbone();
    const variant = await quantized(model, settings);
    // Without fused kernels: what the file itself says, without the saturation of some processors.
    expect(await relativeError(model, variant, 'disabled')).toBeLessThan(0.03);
  });

  it.each([13n, 21n])('loads with 16-bit activations at opset %i, with and without optimization', async (opset) => {
    const model = backbone();
    for (const entry of model.opsetImport) if (entry.domain === '') entry.version = opset;
    if (opset >= 21n) model.irVersion = 10n;
    const variant = await quantized(model, { activations: 'uint16', weightLimit: 127 });
    expect(variant.opsetImport.some(({ domain }) => domain === 'com.microsoft')).toBe(opset < 21n);
    expect(await relativeError(model, variant, 'all')).toBeLessThan(0.01);
    expect(await relativeError(model, variant, 'disabled')).toBeLessThan(0.01);
  });

  it('puts the zero of symmetric grids in the middle', async () => {
    const variant = await quantized(backbone(), { activations: 'int8', symmetric: true });
    const zeros = variant.graph?.initializer.filter(({ name }) => /^grid_.*zero_point$/.test(name)) ?? [];
    expect(zeros.length).toBeGreaterThan(5);
    for (const zero of zeros) expect(new Int8Array(zero.rawData)).toEqual(new Int8Array([0]));
  });

  it('computes the same in integer kernels as it says in float', async () => {
    const model = backbone();
    const variant = await quantized(model);
    const fused = await relativeError(model, variant, 'all');
    const plain = await relativeError(model, variant, 'disabled');
    expect(Math.abs(fused - plain)).toBeLessThan(0.005);
  });

  it('lets the rounding after a convolution do the work of its ReLU', async () => {
    const draft = startDraft(1);
    const first = addNode(draft, 'Relu', [addConv(draft, 'first', 'images', [3, 8], { kernel: 3 })]);
    const second = addNode(draft, 'Relu', [addConv(draft, 'second', first, [8, 8], { kernel: 3 })]);
    addNode(draft, 'Sigmoid', [addConv(draft, 'last', second, [8, 2])], {}, 'scores', 'y');
    const model = finishModel(draft, {
      inputs: [declareTensor('images', [1, 3, 8, 8])],
      outputs: [declareTensor('y', [1, 2, 8, 8])],
    });
    const operators = await optimizedOperators(await quantized(model));
    expect(operators).toMatchObject({ QLinearConv: 3, QuantizeLinear: 1, DequantizeLinear: 1 });
    expect(operators.Relu ?? 0).toBe(0);
  });

  it('keeps a layer float that a pattern names, also in the runtime', async () => {
    const model = backbone();
    const variant = await quantized(model, { keep: ['deep'] });
    const operators = await optimizedOperators(variant);
    expect(operators.QLinearConv).toBe(3);
    expect(operators.Conv ?? operators.FusedConv).toBe(1);
  });

  it('keeps a layer float whose result is rounded at once', async () => {
    // Between layers without activations the runtime would see DequantizeLinear, Conv, QuantizeLinear and quantize the weights itself.
    const model = backbone((draft, features) =>
      addConv(draft, 'plain', addConv(draft, 'before', features, [8, 8]), [8, 8]),
    );
    const operators = await optimizedOperators(await quantized(model, { keep: ['plain'] }));
    expect(operators.QLinearConv).toBe(5);
    expect(operators.Conv ?? operators.FusedConv).toBe(1);
  });

  it('quantizes matrix products with constant weights', async () => {
    const draft = startDraft(4);
    const hidden = addNode(draft, 'Relu', [addNode(draft, 'MatMul', ['images', addFloats(draft, 'w1', [6, 8])])]);
    addFloats(draft, 'w2', [5, 8]);
    addFloats(draft, 'b2', [5]);
    const last = addNode(draft, 'Gemm', [hidden, 'w2', 'b2'], { transB: { int: 1 } });
    addNode(draft, 'Sigmoid', [last], {}, 'scores', 'y');
    const model = finishModel(draft, {
      inputs: [declareTensor('images', [4, 6])],
      outputs: [declareTensor('y', [4, 5])],
    });
    const variant = await quantized(model);
    expect(await relativeError(model, variant)).toBeLessThan(0.03);
    const operators = await optimizedOperators(variant);
    expect(operators.MatMul ?? 0).toBe(0);
    expect(operators.Gemm ?? 0).toBe(0);
  });
});

describe('the head guard', () => {
  it('off, quantizes the tail even where selection of boxes follows it', async () => {
    const rounded = (proto: ModelProto) => countOperators(proto).QuantizeLinear ?? 0;
    const [on, off] = [await quantized(tinyEndToEnd()), await quantized(tinyEndToEnd(), { headGuard: false })];
    expect(rounded(off)).toBeGreaterThan(rounded(on) + 10);
  });

  it('leaves the decode arithmetic of a v8 head as it was', async () => {
    const model = tinyV8();
    const variant = await quantized(model);
    const operators = await optimizedOperators(variant);
    expect(operators).toMatchObject({ QLinearConv: 11, Softmax: 1 });
    // The sum over the distance bins is the one convolution left.
    expect(operators.Conv ?? operators.FusedConv).toBe(1);
  });

  it('saves the scores that are lost without it', async () => {
    const model = tinyV8();
    const scores = async (proto: ModelProto) => {
      const session = await openSession(proto);
      const results = await session.run(randomFeeds(model, 100));
      await session.release();
      const data = Array.from(results.output0?.data ?? [], Number);
      return data.slice((data.length / 7) * 4);
    };
    const expected = await scores(model);
    const worst = (actual: number[]) => Math.max(...expected.map((value, at) => Math.abs(value - (actual[at] ?? 0))));
    expect(worst(await scores(await quantized(model)))).toBeLessThan(0.02);
    // Boxes reach 64 pixels, so the shared step is 0.25: a quarter of the whole range of scores.
    expect(worst(await scores(await quantized(model, { headGuard: false })))).toBeGreaterThan(0.05);
  });
});
