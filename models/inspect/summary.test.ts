import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { makeNode } from '../graph/nodes.ts';
import { type OnnxModel, readModel } from '../graph/read.ts';
import {
  dimsOf,
  floatsOf,
  makeFloat16Tensor,
  makeFloatTensor,
  makeInt8Tensor,
  makeUint8Tensor,
} from '../graph/tensors.ts';
import { addConv, addFloats, addNode, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';
import { setWeights, siluNet, tinyV8 } from '../testing/tinyModels.ts';
import { summarize } from './summary.ts';

function modelOf(proto: ModelProto): OnnxModel {
  return { path: 'net.onnx', bytes: 1, sha256: '00', externalFiles: [], outside: new Map(), proto };
}

/** x [1, 4] times a 4 x 3 matrix, the weights written as `convert` does, plus a bias of three. */
function matrixModel(convert: (draft: ReturnType<typeof startDraft>) => string): ModelProto {
  const draft = startDraft();
  const product = addNode(draft, 'MatMul', ['x', convert(draft)], {}, 'linear');
  addNode(draft, 'Add', [product, addFloats(draft, 'bias', [3])], {}, 'add', 'y');
  return finishModel(draft, { inputs: [declareTensor('x', [1, 4])], outputs: [declareTensor('y', [1, 3])] });
}

describe('summarize', () => {
  const summary = summarize(modelOf(siluNet()));

  it('counts parameters and multiply-accumulates', () => {
    // first: 8 filters of 3x3x3 and 8 biases, on 8x8 places; second: 4 filters of 8x3x3 and 4 biases, on 8x8 places.
    expect(summary.parameters).toBe(8 * 27 + 8 + 4 * 72 + 4);
    expect(summary.macs).toBe(64 * 8 * 27 + 64 * 4 * 72);
  });

  it('describes nodes, boundary and layers', () => {
    expect(summary.operators).toEqual({ Conv: 2, Mul: 1, Sigmoid: 1 });
    expect(Object.keys(summary.operators)[0]).toBe('Conv');
    expect(summary.inputs).toEqual([{ name: 'images', type: 'float', shape: [1, 3, 16, 16] }]);
    expect(summary.outputs).toEqual([{ name: 'second_out', type: 'float', shape: [1, 4, 8, 8] }]);
    expect(summary.layers.map((layer) => [layer.name, layer.parameters])).toContainEqual(['second', 292]);
    expect(summary.layers[0]).toMatchObject({ operator: 'Conv', outputShape: [1, 8, 8, 8], macs: 13824 });
    expect(summary).toMatchObject({ irVersion: 8, opsets: { '': 17 }, producer: 'boxwright-tests', precision: 'fp32' });
    expect(summary.warnings).toEqual([]);
  });

  it('measures sparsity over weights, not biases', () => {
    const proto = siluNet();
    setWeights(
      proto,
      'first.weight',
      Float32Array.from({ length: 216 }, (_, index) => (index < 54 ? 0 : 1)),
    );
    setWeights(proto, 'first.bias', new Float32Array(8));
    const sparse = summarize(modelOf(proto));
    expect(sparse.sparsity).toBe(54 / (216 + 288));
    expect(sparse.layers[0]?.sparsity).toBe(0.25);
  });

  it('does not take the fixed weights of a DFL for learned ones', () => {
    const named = summarize(modelOf(tinyV8({ classes: 3 })));
    const convolutions = 3 * 8 * 9 + 8 * 8 * 9 + 8 * 16 * 9 + 16 * 24 * 9 + 24 * 32 * 9 + (16 + 24 + 32) * 67;
    const zeroes = named.sparsity * convolutions;
    expect(Math.abs(zeroes - Math.round(zeroes))).toBeLessThan(1e-6);
    expect(named.layers.find((layer) => layer.name === 'dfl')?.sparsity).toBe(0);
    // Biases of 8, 8, 16, 24, 32 and 3 * 67 channels, and the 16 weights of the DFL, which every published count includes.
    expect(named.parameters).toBe(convolutions + 8 + 8 + 16 + 24 + 32 + 3 * 67 + 16);
  });

  it('counts weights that two layers share once', () => {
    const draft = startDraft();
    const once = addConv(draft, 'a', 'x', [2, 2]);
    addNode(draft, 'Conv', [once, 'a.weight', 'a.bias'], {}, 'b', 'y');
    const shape = [1, 2, 3, 3];
    const proto = finishModel(draft, { inputs: [declareTensor('x', shape)], outputs: [declareTensor('y', shape)] });
    const shared = summarize(modelOf(proto));
    expect(shared.parameters).toBe(6);
    expect(shared.macs).toBe(2 * 9 * 4);
  });

  it('warns of weights that are not numbers and of operators few runtimes know', () => {
    const proto = siluNet();
    setWeights(proto, 'second.weight', new Float32Array(288).fill(Number.NaN));
    const silu = proto.graph?.node.find((node) => node.opType === 'Mul');
    if (silu !== undefined) silu.domain = 'my.domain';
    const { warnings } = summarize(modelOf(proto));
    expect(warnings).toEqual([
      'Not all runtimes know these operators: my.domain.Mul.',
      'Weights of second hold NaN or infinite values.',
    ]);
  });

  it('counts at a named size where the file leaves it open', () => {
    const draft = startDraft();
    addConv(draft, 'only', 'images', [3, 1], { kernel: 1 });
    const inputs = [declareTensor('images', ['batch', 3, 'height', 'width'])];
    const outputs = [declareTensor('only_out', ['batch', 1, 'height', 'width'])];
    const open = summarize(modelOf(finishModel(draft, { inputs, outputs, metadata: { imgsz: '[96, 128]' } })));
    expect(open.macs).toBe(96 * 128 * 3);
    expect(open.inputs[0]?.shape).toEqual(['batch', 3, 'height', 'width']);
    expect(open.warnings.join()).toMatch(/counted at 128 x 96/);
    const unnamed = summarize(modelOf(finishModel(draft, { inputs, outputs })));
    expect(unnamed.macs).toBe(640 * 640 * 3);
  });

  it('counts a fixed batch as one picture', () => {
    const draft = startDraft();
    addConv(draft, 'only', 'images', [3, 1], { kernel: 1 });
    const inputs = [declareTensor('images', [4, 3, 8, 8])];
    const proto = finishModel(draft, { inputs, outputs: [declareTensor('only_out', [4, 1, 8, 8])] });
    expect(summarize(modelOf(proto)).macs).toBe(64 * 3);
  });

  it('has no cost where a shape stays unknown', () => {
    const proto = siluNet();
    const silu = proto.graph?.node.find((node) => node.opType === 'Mul');
    if (silu !== undefined) silu.opType = 'Mystery';
    if (proto.graph !== undefined) for (const output of proto.graph.output) output.type = undefined;
    expect(summarize(modelOf(proto)).macs).toBeNull();
  });
});

describe('precision', () => {
  const weights = Float32Array.from({ length: 12 }, (_, index) => index - 4.5);

  it('fp16', () => {
    const proto = matrixModel((draft) => {
      draft.initializers.push(makeFloat16Tensor('w', [4, 3], weights));
      return 'w';
    });
    expect(summarize(modelOf(proto))).toMatchObject({ precision: 'fp16', parameters: 15, macs: 12 });
  });

  it('int8-qdq, with zero points for each column', () => {
    const proto = matrixModel((draft) => {
      draft.initializers.push(makeInt8Tensor('q', [4, 3], [5, 0, 7, 5, 0, 0, 1, 2, 3, 0, 0, 0]));
      draft.initializers.push(makeInt8Tensor('zero', [3], [5, 0, 7]), makeFloatTensor('scale', [3], [1, 1, 1]));
      return addNode(draft, 'DequantizeLinear', ['q', 'scale', 'zero'], { axis: { int: 1 } });
    });
    const summary = summarize(modelOf(proto));
    expect(summary).toMatchObject({ precision: 'int8-qdq', parameters: 15, macs: 12 });
    // Column 1: two fives; column 2: three zeros; column 3: one seven.
    expect(summary.sparsity).toBe(6 / 12);
  });

  it('int8-dynamic, with the bias added after rescaling', () => {
    const draft = startDraft();
    draft.initializers.push(makeUint8Tensor('q', [4, 3], [128, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 128]));
    draft.initializers.push(makeUint8Tensor('q_zero', [], [128]));
    draft.nodes.push(makeNode('DynamicQuantizeLinear', ['x'], ['xq', 'xs', 'xz']));
    const product = addNode(draft, 'MatMulInteger', ['xq', 'q', 'xz', 'q_zero']);
    const float = addNode(draft, 'Mul', [addNode(draft, 'Cast', [product], { to: { int: 1 } }), 'xs']);
    addNode(draft, 'Add', [float, addFloats(draft, 'bias', [3])], {}, 'add', 'y');
    const boundary = { inputs: [declareTensor('x', [1, 4])], outputs: [declareTensor('y', [1, 3])] };
    const summary = summarize(modelOf(finishModel(draft, boundary)));
    expect(summary).toMatchObject({ precision: 'int8-dynamic', parameters: 15, macs: 12, sparsity: 2 / 12 });
  });

  it('mixed, when a float model keeps a good part of its weights in another precision', () => {
    const proto = siluNet();
    const tensor = proto.graph?.initializer.find((candidate) => candidate.name === 'second.weight');
    if (tensor === undefined) throw new Error('no weights');
    tensor.rawData = makeFloat16Tensor('', dimsOf(tensor), floatsOf(tensor)).rawData;
    tensor.dataType = DataType.FLOAT16;
    expect(summarize(modelOf(proto)).precision).toBe('mixed');
  });
});

describe.skipIf(!hasSharedFolder)('published figures', () => {
  // Parameters after fusing and GFLOPs (two per multiply-accumulate) as their authors publish them.
  it.each([
    { file: ['yolov8n', 'yolov8n.onnx'], parameters: 3_151_904, gflops: 8.7, precision: 'fp32' },
    { file: ['yolov8n', 'yolov8n_int8_dynamic.onnx'], parameters: 3_151_904, gflops: 8.7, precision: 'int8-dynamic' },
    // Published at 640; this file is 320, a quarter of the area.
    { file: ['yolo11n', 'yolo11n.onnx'], parameters: 2_616_248, gflops: 6.5 / 4, precision: 'fp32' },
    { file: ['yolo26n', 'yolo26n.onnx'], parameters: 2_408_932, gflops: 5.4, precision: 'fp32' },
  ])('$file', async ({ file, parameters, gflops, precision }) => {
    const summary = summarize(await readModel(sharedPath('models', ...file)));
    expect(summary.parameters).toBe(parameters);
    expect(Math.abs(((summary.macs ?? 0) * 2) / 1e9 / gflops - 1)).toBeLessThan(0.02);
    expect(summary.precision).toBe(precision);
  });

  it('YOLOX-nano: 0.91 M parameters and 1.08 GFLOPs at 416, batch norm included', async () => {
    const summary = summarize(await readModel(sharedPath('models', 'yolox-nano', 'yolox_nano.onnx')));
    expect(summary.parameters / 0.91e6).toBeCloseTo(1, 1);
    expect(((summary.macs ?? 0) * 2) / 1.08e9).toBeGreaterThan(0.95);
    expect(((summary.macs ?? 0) * 2) / 1.08e9).toBeLessThanOrEqual(1);
  });

  it('ResNet-50: 4.09 G multiply-accumulates', async () => {
    const summary = summarize(await readModel(sharedPath('nasty', 'onnx', 'onnx_light_resnet50.onnx')));
    expect((summary.macs ?? 0) / 4.09e9).toBeCloseTo(1, 2);
  });
});
