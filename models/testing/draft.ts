import { create } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { type AttributeValue, makeNode } from '../graph/nodes.ts';
import { makeFloatTensor, makeInt64Tensor } from '../graph/tensors.ts';
import { seededRandom } from '../random.ts';

/** A graph while it is being put together, node by node. */
export interface Draft {
  readonly nodes: NodeProto[];
  readonly initializers: TensorProto[];
  readonly random: () => number;
}

/** An empty graph; `seed` decides the weights that are not given. */
export function startDraft(seed = 1): Draft {
  return { nodes: [], initializers: [], random: seededRandom(seed) };
}

/** Adds a node with one output and returns the output's name, `<name>_out` unless given. */
export function addNode(
  draft: Draft,
  opType: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  name = `${opType.toLowerCase()}_${draft.nodes.length}`,
  output = `${name}_out`,
): string {
  draft.nodes.push(makeNode(opType, inputs, [output], { name, attributes }));
  return output;
}

/** Adds a node with several outputs and returns their names, `<name>_out0`, `<name>_out1` ... */
export function addNodeWithOutputs(
  draft: Draft,
  opType: string,
  inputs: readonly string[],
  count: number,
  attributes: Readonly<Record<string, AttributeValue>> = {},
): string[] {
  const name = `${opType.toLowerCase()}_${draft.nodes.length}`;
  const outputs = Array.from({ length: count }, (_, index) => `${name}_out${index}`);
  draft.nodes.push(makeNode(opType, inputs, outputs, { name, attributes }));
  return outputs;
}

/** Adds a float initializer; without values they are random, uniform in ±`spread`. */
export function addFloats(
  draft: Draft,
  name: string,
  dims: readonly number[],
  values?: ArrayLike<number>,
  spread = 1,
): string {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const random = () => Float32Array.from({ length: count }, () => (draft.random() * 2 - 1) * spread);
  draft.initializers.push(makeFloatTensor(name, dims, values ?? random()));
  return name;
}

/** Adds a 1-d int64 initializer. */
export function addIntegers(draft: Draft, name: string, values: readonly number[]): string {
  draft.initializers.push(makeInt64Tensor(name, [values.length], values));
  return name;
}

/**
 * Adds a Conv with weight `<name>.weight` [out, in / group, kernel, kernel] and bias `<name>.bias`, padded to keep the size
 * (divided by the stride). Random weights are scaled so that activations neither grow nor vanish.
 */
export function addConv(
  draft: Draft,
  name: string,
  input: string,
  channels: readonly [number, number],
  more: { readonly kernel?: number; readonly stride?: number; readonly group?: number } = {},
): string {
  const [from, to] = channels;
  const { kernel = 1, stride = 1, group = 1 } = more;
  const pad = Math.floor(kernel / 2);
  const fanIn = (from / group) * kernel * kernel;
  addFloats(draft, `${name}.weight`, [to, from / group, kernel, kernel], undefined, Math.sqrt(3 / fanIn));
  addFloats(draft, `${name}.bias`, [to], undefined, 0.1);
  return addNode(
    draft,
    'Conv',
    [input, `${name}.weight`, `${name}.bias`],
    {
      kernel_shape: { ints: [kernel, kernel] },
      strides: { ints: [stride, stride] },
      pads: { ints: [pad, pad, pad, pad] },
      group: { int: group },
    },
    name,
  );
}

/** Adds x * sigmoid(x) as two nodes, the way exporters write SiLU. */
export function addSilu(draft: Draft, input: string): string {
  return addNode(draft, 'Mul', [input, addNode(draft, 'Sigmoid', [input])]);
}

/** Declares a tensor of the graph's boundary; a string dimension is open under that name. */
export function declareTensor(
  name: string,
  dims: readonly (number | string)[],
  elemType: DataType = DataType.FLOAT,
): ValueInfoProto {
  const dim = dims.map((size) => ({
    value:
      typeof size === 'number'
        ? { case: 'dimValue' as const, value: BigInt(size) }
        : { case: 'dimParam' as const, value: size },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  });
}

/** Closes a draft into a model. */
export function finishModel(
  draft: Draft,
  boundary: {
    readonly inputs: readonly ValueInfoProto[];
    readonly outputs: readonly ValueInfoProto[];
    readonly opset?: number;
    readonly metadata?: Readonly<Record<string, string>>;
  },
): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'boxwright-tests',
    opsetImport: [{ domain: '', version: BigInt(boundary.opset ?? 17) }],
    graph: {
      name: 'tiny',
      node: draft.nodes,
      initializer: draft.initializers,
      input: [...boundary.inputs],
      output: [...boundary.outputs],
    },
    metadataProps: Object.entries(boundary.metadata ?? {}).map(([key, value]) => ({ key, value })),
  });
}
