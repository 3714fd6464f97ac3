import { TensorProto_DataType as DataType, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { addFloats, addIntegers, addNode, declareTensor, finishModel, startDraft } from '../../testing/draft.ts';
import { openSession, randomFeeds } from '../../testing/parity.ts';
import { type AttributeValue, makeNode } from '../nodes.ts';
import { inferShapes } from '../shapes.ts';
import { makeFloatTensor, makeInt8Tensor, makeInt64Tensor } from '../tensors.ts';

/** An input of the operator: dimensions of a float tensor fed at run time, a constant, or nothing (left out). */
type Given =
  | readonly number[]
  | { readonly ints: readonly number[] }
  | { readonly scalar: number }
  | { readonly floats: readonly number[] }
  | { readonly signedBytes: readonly number[] }
  | { readonly fed: readonly number[]; readonly type: DataType }
  | null;

interface Case {
  readonly op: string;
  readonly inputs: readonly Given[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly opset?: number;
  readonly outputs?: number;
}

/** A model of the one operator. */
function modelOf({ op, inputs, attributes = {}, opset = 17, outputs = 1 }: Case): ModelProto {
  const draft = startDraft();
  const fed: ReturnType<typeof declareTensor>[] = [];
  const names = inputs.map((given, index) => {
    const name = `x${index}`;
    if (given === null) return '';
    if ('ints' in given) draft.initializers.push(makeInt64Tensor(name, [given.ints.length], given.ints));
    else if ('scalar' in given) draft.initializers.push(makeInt64Tensor(name, [], [given.scalar]));
    else if ('floats' in given) draft.initializers.push(makeFloatTensor(name, [given.floats.length], given.floats));
    else if ('signedBytes' in given) {
      draft.initializers.push(makeInt8Tensor(name, [given.signedBytes.length], given.signedBytes));
    } else if ('fed' in given) fed.push(declareTensor(name, given.fed, given.type));
    else fed.push(declareTensor(name, given));
    return name;
  });
  const made = Array.from({ length: outputs }, (_, index) => `y${index}`);
  draft.nodes.push(makeNode(op, names, made, { attributes }));
  const declared = made.map((name) => {
    const value = declareTensor(name, []);
    value.type = undefined;
    return value;
  });
  return finishModel(draft, { inputs: fed, outputs: declared, opset });
}

const x = [1, 6, 13, 10] as const;
const w = [4, 6, 3, 3] as const;
const uint8 = { fed: [2, 6, 8, 8], type: DataType.UINT8 } as const;

const cases: readonly Case[] = [
  { op: 'Conv', inputs: [x, w], attributes: { strides: { ints: [2, 2] }, pads: { ints: [1, 0, 1, 2] } } },
  { op: 'Conv', inputs: [x, w], attributes: { strides: { ints: [2, 3] }, auto_pad: { string: 'SAME_UPPER' } } },
  { op: 'Conv', inputs: [x, w], attributes: { strides: { ints: [2, 2] }, auto_pad: { string: 'VALID' } } },
  { op: 'Conv', inputs: [x, w], attributes: { strides: { ints: [3, 2] }, auto_pad: { string: 'SAME_LOWER' } } },
  { op: 'Conv', inputs: [x, [4, 3, 3, 3]], attributes: { group: { int: 2 }, dilations: { ints: [2, 3] } } },
  {
    op: 'Conv',
    inputs: [
      [2, 3, 17],
      [5, 3, 4],
    ],
    attributes: { strides: { ints: [3] } },
  },
  { op: 'ConvTranspose', inputs: [x, [6, 2, 3, 2]], attributes: { strides: { ints: [2, 2] }, group: { int: 2 } } },
  {
    op: 'ConvTranspose',
    inputs: [x, [6, 2, 3, 3]],
    attributes: { strides: { ints: [2, 3] }, pads: { ints: [1, 1, 1, 0] }, output_padding: { ints: [1, 0] } },
  },
  {
    op: 'ConvTranspose',
    inputs: [x, [6, 2, 3, 3]],
    attributes: { output_shape: { ints: [27, 21] }, strides: { ints: [2, 2] } },
  },
  {
    op: 'ConvTranspose',
    inputs: [x, [6, 2, 3, 3]],
    attributes: { auto_pad: { string: 'SAME_UPPER' }, strides: { ints: [2, 2] } },
  },
  {
    op: 'ConvInteger',
    inputs: [uint8, { fed: [4, 6, 3, 3], type: DataType.UINT8 }],
    attributes: { pads: { ints: [1, 1, 1, 1] } },
  },
  { op: 'MaxPool', inputs: [x], attributes: { kernel_shape: { ints: [3, 2] }, strides: { ints: [2, 2] } }, outputs: 2 },
  {
    op: 'MaxPool',
    inputs: [x],
    attributes: { kernel_shape: { ints: [2, 3] }, strides: { ints: [2, 2] }, ceil_mode: { int: 1 } },
  },
  {
    op: 'MaxPool',
    inputs: [[1, 1, 5, 5]],
    attributes: {
      kernel_shape: { ints: [2, 2] },
      strides: { ints: [4, 4] },
      pads: { ints: [0, 0, 1, 1] },
      ceil_mode: { int: 1 },
    },
  },
  {
    op: 'AveragePool',
    inputs: [x],
    attributes: { kernel_shape: { ints: [3, 3] }, auto_pad: { string: 'SAME_LOWER' }, strides: { ints: [2, 2] } },
  },
  {
    op: 'AveragePool',
    inputs: [x],
    attributes: {
      kernel_shape: { ints: [3, 3] },
      strides: { ints: [3, 3] },
      pads: { ints: [1, 1, 1, 1] },
      ceil_mode: { int: 1 },
    },
  },
  { op: 'GlobalAveragePool', inputs: [x] },
  { op: 'GlobalMaxPool', inputs: [[2, 3, 4]] },
  {
    op: 'Add',
    inputs: [
      [3, 1, 5],
      [4, 1],
    ],
  },
  { op: 'Mul', inputs: [[], [2, 3]] },
  { op: 'Pow', inputs: [[2, 1], [2]] },
  { op: 'Max', inputs: [[2, 1], [3], [1, 1, 1]] },
  { op: 'Greater', inputs: [[2, 1], [3]] },
  { op: 'Where', inputs: [{ fed: [2, 1], type: DataType.BOOL }, [3], [1, 1]] },
  {
    op: 'PRelu',
    inputs: [
      [2, 3, 4],
      [3, 1],
    ],
  },
  { op: 'Clip', inputs: [x, null, null] },
  { op: 'Cast', inputs: [x], attributes: { to: { int: DataType.INT32 } } },
  { op: 'LayerNormalization', inputs: [[2, 5], [5]] },
  { op: 'Softmax', inputs: [[2, 5]], attributes: { axis: { int: 0 } } },
  { op: 'HardSwish', inputs: [x] },
  {
    op: 'MatMul',
    inputs: [
      [7, 1, 2, 3],
      [4, 3, 5],
    ],
  },
  { op: 'MatMul', inputs: [[3], [4, 3, 5]] },
  { op: 'MatMul', inputs: [[4, 2, 3], [3]] },
  {
    op: 'Gemm',
    inputs: [
      [3, 2],
      [4, 3],
    ],
    attributes: { transA: { int: 1 }, transB: { int: 1 } },
  },
  { op: 'Reshape', inputs: [x, { ints: [0, -1, 2] }] },
  { op: 'Flatten', inputs: [x], attributes: { axis: { int: -2 } } },
  { op: 'Flatten', inputs: [x], attributes: { axis: { int: 0 } } },
  { op: 'Transpose', inputs: [[2, 3, 4]] },
  { op: 'Squeeze', inputs: [[1, 3, 1, 2]] },
  { op: 'Squeeze', inputs: [[1, 3, 1, 2], { ints: [-2] }] },
  { op: 'Squeeze', inputs: [[1, 3, 1, 2]], attributes: { axes: { ints: [0, 2] } }, opset: 11 },
  { op: 'Unsqueeze', inputs: [[3, 2], { ints: [-1, 0] }] },
  { op: 'Unsqueeze', inputs: [[3, 2]], attributes: { axes: { ints: [1] } }, opset: 11 },
  { op: 'Expand', inputs: [[3, 1], { ints: [2, 1, 6] }] },
  { op: 'Tile', inputs: [[3, 2], { ints: [2, 3] }] },
  { op: 'DepthToSpace', inputs: [[1, 8, 2, 3]], attributes: { blocksize: { int: 2 } } },
  { op: 'SpaceToDepth', inputs: [[1, 2, 4, 6]], attributes: { blocksize: { int: 2 } } },
  {
    op: 'Concat',
    inputs: [
      [2, 3],
      [2, 4],
    ],
    attributes: { axis: { int: -1 } },
  },
  { op: 'Split', inputs: [[2, 6]], attributes: { axis: { int: 1 } }, outputs: 3, opset: 13 },
  { op: 'Split', inputs: [[2, 7]], attributes: { axis: { int: 1 }, num_outputs: { int: 3 } }, outputs: 3, opset: 18 },
  { op: 'Split', inputs: [[2, 6], { ints: [1, 5] }], attributes: { axis: { int: -1 } }, outputs: 2 },
  { op: 'Split', inputs: [[2, 6]], attributes: { axis: { int: 1 }, split: { ints: [2, 4] } }, outputs: 2, opset: 11 },
  {
    op: 'Slice',
    inputs: [[9, 8], { ints: [1, -1] }, { ints: [2 ** 31, -(2 ** 31)] }, { ints: [0, 1] }, { ints: [3, -2] }],
  },
  { op: 'Slice', inputs: [[9, 8], { ints: [2] }, { ints: [-1] }, { ints: [-1] }] },
  { op: 'Slice', inputs: [[9, 8], { ints: [5] }, { ints: [2] }] },
  {
    op: 'Slice',
    inputs: [[9, 8]],
    attributes: { starts: { ints: [1] }, ends: { ints: [100] }, axes: { ints: [1] } },
    opset: 9,
  },
  { op: 'Gather', inputs: [[4, 5, 6], { ints: [0, 2] }], attributes: { axis: { int: 1 } } },
  { op: 'Gather', inputs: [[4, 5, 6], { scalar: 1 }], attributes: { axis: { int: -1 } } },
  { op: 'GatherElements', inputs: [[2], { ints: [0, 1, 0] }], attributes: { axis: { int: 0 } } },
  { op: 'GatherND', inputs: [[4, 5, 6], { ints: [3, 1] }] },
  { op: 'Pad', inputs: [[2, 3], { ints: [0, 1, 2, 3] }] },
  { op: 'Pad', inputs: [[2, 3, 4], { ints: [1, 2] }, null, { ints: [-2] }], opset: 18 },
  { op: 'Pad', inputs: [[2, 3]], attributes: { pads: { ints: [1, 0, 1, 2] } }, opset: 10 },
  { op: 'TopK', inputs: [[2, 9], { ints: [4] }], outputs: 2 },
  { op: 'TopK', inputs: [[9, 2], { ints: [4] }], attributes: { axis: { int: 0 } }, outputs: 2 },
  { op: 'ReduceMean', inputs: [x], attributes: { axes: { ints: [2, -1] } } },
  { op: 'ReduceMax', inputs: [x], attributes: { axes: { ints: [1] }, keepdims: { int: 0 } } },
  { op: 'ReduceSum', inputs: [x, { ints: [1, 2] }], attributes: { keepdims: { int: 0 } } },
  { op: 'ReduceSum', inputs: [x], attributes: { keepdims: { int: 0 } } },
  { op: 'ReduceSum', inputs: [x], attributes: { noop_with_empty_axes: { int: 1 } } },
  { op: 'ReduceL2', inputs: [x], attributes: { keepdims: { int: 1 } } },
  { op: 'ArgMax', inputs: [x], attributes: { axis: { int: -1 }, keepdims: { int: 0 } } },
  { op: 'Resize', inputs: [x, null, { floats: [1, 1, 2, 0.5] }] },
  { op: 'Resize', inputs: [x, null, { floats: [1, 1, 1.7, 0.33] }] },
  { op: 'Resize', inputs: [x, null, null, { ints: [1, 6, 20, 7] }], attributes: { mode: { string: 'linear' } } },
  { op: 'Resize', inputs: [x, null, null, { ints: [20, 7] }], attributes: { axes: { ints: [2, 3] } }, opset: 18 },
  { op: 'Resize', inputs: [x, { floats: [1, 1, 2, 3] }], opset: 10 },
  { op: 'Upsample', inputs: [x, { floats: [1, 1, 2, 3] }], opset: 9 },
  { op: 'Upsample', inputs: [x], attributes: { scales: { floats: [1, 1, 2, 3] } }, opset: 8 },
  { op: 'GridSample', inputs: [x, [1, 4, 5, 2]] },
  { op: 'Shape', inputs: [x] },
  { op: 'Shape', inputs: [x], attributes: { start: { int: 1 }, end: { int: -1 } } },
  { op: 'Size', inputs: [x] },
  { op: 'Range', inputs: [{ scalar: 2 }, { scalar: 11 }, { scalar: 4 }] },
  { op: 'ConstantOfShape', inputs: [{ ints: [2, 0, 3] }] },
  { op: 'DynamicQuantizeLinear', inputs: [x], outputs: 3 },
  { op: 'QuantizeLinear', inputs: [x, { floats: [0.1] }, { signedBytes: [3] }] },
  { op: 'DequantizeLinear', inputs: [uint8, { floats: [0.1] }] },
  { op: 'OneHot', inputs: [{ ints: [1, 2] }, { ints: [5] }, { floats: [0, 1] }] },
  { op: 'Dropout', inputs: [x], outputs: 2 },
  { op: 'Identity', inputs: [x] },
  { op: 'Trilu', inputs: [[4, 4]] },
];

/** How onnxruntime-node names element types, by the names of the ONNX standard. */
const runtimeTypes: Readonly<Record<string, string>> = { float: 'float32', double: 'float64' };

describe('shape rules agree with the runtime', () => {
  it.each(cases.map((test, index) => [`${index + 1}`, test.op, test] as const))('%s %s', async (_, __, test) => {
    const proto = modelOf(test);
    const session = await openSession(proto, 'disabled');
    const actual = await session.run(randomFeeds(proto, 1));
    await session.release();
    const inferred = inferShapes(proto);
    expect(Object.keys(actual)).toHaveLength(test.outputs ?? 1);
    for (const [name, tensor] of Object.entries(actual)) {
      const shape = inferred.get(name);
      expect(shape?.dims).toEqual([...tensor.dims]);
      expect(runtimeTypes[shape?.type ?? ''] ?? shape?.type).toBe(tensor.type);
    }
  });
});

describe('shape arithmetic', () => {
  /** Reshape(x, Concat(batch, -1, floor(height / 2) * 2)) written as exporters write it, and a grid of the width. */
  function arithmeticModel(dims: readonly (number | string)[]): ModelProto {
    const draft = startDraft();
    const shape = addNode(draft, 'Shape', ['x']);
    const batch = addNode(draft, 'Gather', [shape, addIntegers(draft, 'zero', [0])]);
    const height = addNode(draft, 'Slice', [shape, addIntegers(draft, 'two', [2]), addIntegers(draft, 'three', [3])]);
    const half = addNode(draft, 'Div', [
      addNode(draft, 'Cast', [height], { to: { int: 1 } }),
      addFloats(draft, 'h', [1], [2]),
    ]);
    const rounded = addNode(draft, 'Cast', [addNode(draft, 'Floor', [half])], { to: { int: 7 } });
    const even = addNode(draft, 'Mul', [rounded, 'two']);
    const target = addNode(draft, 'Concat', [batch, addIntegers(draft, 'rest', [-1]), even], { axis: { int: 0 } });
    addNode(draft, 'Reshape', ['x', target], {}, 'reshape', 'reshaped');
    const width = addNode(draft, 'Squeeze', [addNode(draft, 'Gather', [shape, 'three'])]);
    draft.initializers.push(makeInt64Tensor('start', [], [0]), makeInt64Tensor('step', [], [1]));
    const row = addNode(draft, 'Unsqueeze', [addNode(draft, 'Range', ['start', width, 'step']), 'zero']);
    const size = addNode(draft, 'Concat', [height, addIntegers(draft, 'one', [1])], { axis: { int: 0 } });
    const isOne = addNode(draft, 'Equal', [size, addIntegers(draft, 'ones', [1, 1])]);
    const chosen = addNode(draft, 'Where', [isOne, addIntegers(draft, 'minus', [1, 1]), size]);
    addNode(draft, 'Expand', [row, chosen], {}, 'expand', 'grid');
    return finishModel(draft, {
      inputs: [declareTensor('x', dims)],
      outputs: [declareTensor('reshaped', ['a', 'b', 'c']), declareTensor('grid', ['h', 'w'], DataType.INT64)],
    });
  }

  it('is followed to the numbers the runtime finds', async () => {
    const proto = arithmeticModel([2, 3, 8, 5]);
    const session = await openSession(proto, 'disabled');
    const actual = await session.run(randomFeeds(proto, 1));
    await session.release();
    expect(inferShapes(proto).get('reshaped')?.dims).toEqual([...(actual.reshaped?.dims ?? [])]);
    expect(inferShapes(proto).get('grid')?.dims).toEqual([...(actual.grid?.dims ?? [])]);
  });

  it('leaves open only what depends on open dimensions, and takes sizes given for them', () => {
    const proto = arithmeticModel(['batch', 3, 8, 'width']);
    expect(inferShapes(proto).get('reshaped')?.dims).toEqual([null, null, 8]);
    expect(inferShapes(proto).get('grid')?.dims).toEqual([8, null]);
    const sized = inferShapes(proto, { x: [1, 3, 8, 10] });
    expect(sized.get('reshaped')?.dims).toEqual([1, 30, 8]);
    expect(sized.get('grid')?.dims).toEqual([8, 10]);
  });
});

describe('unknown operators', () => {
  it('leave their outputs out, or take what the file declares', () => {
    const draft = startDraft();
    addNode(draft, 'NotAnOperator', ['x'], {}, 'strange', 'a');
    addNode(draft, 'Relu', ['a'], {}, 'relu', 'b');
    const proto = finishModel(draft, { inputs: [declareTensor('x', [1, 2])], outputs: [declareTensor('b', [7, 'n'])] });
    expect(inferShapes(proto).has('a')).toBe(false);
    expect(inferShapes(proto).get('b')).toEqual({ type: 'float', dims: [7, null] });
    proto.graph?.valueInfo.push(declareTensor('a', [4, 5]));
    expect(inferShapes(proto).get('b')?.dims).toEqual([4, 5]);
  });
});
