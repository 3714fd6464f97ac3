import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  TrainingInfoProtoSchema,
  type TypeProto,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { type AttributeValue, makeNode, setAttribute } from '../../models/graph/nodes.ts';
import { makeFloatTensor, makeInt64Tensor } from '../../models/graph/tensors.ts';
import { namesIn } from '../../models/graph/topology.ts';
import type { Dice } from './dice.ts';
import { oddSize, oddType } from './tensorChanges.ts';

/** A change of a decoded model in place. */
export type ModelChange = (proto: ModelProto, graph: GraphProto, dice: Dice) => void;

const operators = [
  ...['Add', 'ArgMax', 'AveragePool', 'BatchNormalization', 'Cast', 'Clip', 'Concat', 'Constant', 'ConstantOfShape'],
  ...[
    'Conv',
    'ConvInteger',
    'ConvTranspose',
    'CumSum',
    'DepthToSpace',
    'DequantizeLinear',
    'Einsum',
    'Expand',
    'EyeLike',
  ],
  ...[
    'Flatten',
    'Gather',
    'GatherElements',
    'GatherND',
    'Gemm',
    'GlobalAveragePool',
    'GridSample',
    'GRU',
    'Identity',
    'If',
  ],
  ...[
    'LSTM',
    'Loop',
    'MatMul',
    'MaxPool',
    'MaxUnpool',
    'Mod',
    'NonMaxSuppression',
    'NonZero',
    'OneHot',
    'Optional',
    'Pad',
  ],
  ...[
    'Pow',
    'QuantizeLinear',
    'RandomNormal',
    'Range',
    'ReduceMax',
    'ReduceSum',
    'Reshape',
    'Resize',
    'RoiAlign',
    'Scan',
  ],
  ...[
    'ScatterND',
    'SequenceConstruct',
    'SequenceAt',
    'Shape',
    'Size',
    'Slice',
    'SpaceToDepth',
    'Split',
    'SplitToSequence',
  ],
  ...['Squeeze', 'StringNormalizer', 'Tile', 'TopK', 'Transpose', 'Trilu', 'Unique', 'Unsqueeze', 'Upsample', 'Where'],
  ...['NotAnOperator', 'constructor', '__proto__', 'toString'],
];

const attributeNames = [
  ...[
    'axis',
    'axes',
    'perm',
    'pads',
    'strides',
    'kernel_shape',
    'dilations',
    'group',
    'to',
    'value',
    'keepdims',
    'split',
  ],
  ...['starts', 'ends', 'steps', 'blocksize', 'auto_pad', 'ceil_mode', 'mode', 'k', 'shape', 'batch_dims', 'allowzero'],
  ...['output_shape', 'output_padding', 'num_outputs', 'scales', 'height_scale', 'storage_order', 'count_include_pad'],
];

function someName(graph: GraphProto, dice: Dice): string {
  return dice.chance(0.1)
    ? (dice.pick(['', 'missing', '\0', '__proto__']) ?? '')
    : (dice.pick([...namesIn(graph)]) ?? '');
}

function withSomeNode(change: (node: NodeProto, graph: GraphProto, dice: Dice) => void): ModelChange {
  return (_, graph, dice) => {
    const node = dice.pick(graph.node);
    if (node !== undefined) change(node, graph, dice);
  };
}

function oddList(dice: Dice): bigint[] {
  const length = dice.pick([0, 1, 2, 3, 4, 5, 8, 100]) ?? 0;
  return Array.from({ length }, () => (dice.chance(0.6) ? BigInt(dice.below(5)) : oddSize(dice)));
}

/** Through its bytes, since `clone` refuses what other changes have made. */
function copyOf(graph: GraphProto): GraphProto {
  return fromBinary(GraphProtoSchema, toBinary(GraphProtoSchema, graph));
}

/** A type of `depth` sequences or optionals around a tensor. */
function nestedType(depth: number, dice: Dice): TypeProto {
  let type = create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType: oddType(dice) } } });
  for (let level = 0; level < depth; level += 1) {
    const kind = dice.chance(0.5) ? 'sequenceType' : 'optionalType';
    type = create(TypeProtoSchema, { value: { case: kind, value: { elemType: type } } });
  }
  return type;
}

/** Puts a node into both branches of `depth` Ifs, one within the other. */
function wrapInIf(graph: GraphProto, index: number, depth: number): void {
  const node = graph.node[index];
  if (node === undefined) return;
  graph.initializer.push({ ...makeInt64Tensor('always', [], [1]), dataType: 9, rawData: Uint8Array.of(1) });
  let inner = node;
  for (let level = 0; level < depth; level += 1) {
    const body = create(GraphProtoSchema, {
      name: `level${level}`,
      node: [inner],
      output: node.output.map((name) => create(ValueInfoProtoSchema, { name })),
    });
    inner = makeNode('If', ['always'], node.output);
    for (const name of ['then_branch', 'else_branch']) {
      // Both branches share one body while the file is small; deep ones would double at every level.
      if (name === 'else_branch' && depth > 8) continue;
      inner.attribute.push(create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: body }));
    }
  }
  graph.node[index] = inner;
}

/** Changes of nodes, names, types and attributes, each of which leaves a well-formed file. */
export const graphChanges: Readonly<Record<string, ModelChange>> = {
  'a declared dimension': (_, graph, dice) => {
    const type = dice.pick([...graph.input, ...graph.output])?.type?.value;
    const dim = type?.case === 'tensorType' ? dice.pick(type.value.shape?.dim ?? []) : undefined;
    if (dim === undefined) return;
    dim.value = dice.chance(0.8)
      ? { case: 'dimValue', value: oddSize(dice) }
      : { case: 'dimParam', value: dice.pick(['', 'N', '-1', '__proto__']) ?? '' };
  },
  'a declared type': (_, graph, dice) => {
    const info = dice.pick([...graph.input, ...graph.output]);
    if (info === undefined) return;
    if (dice.chance(0.5) && info.type?.value.case === 'tensorType') info.type.value.value.elemType = oddType(dice);
    else if (dice.chance(0.5)) delete info.type;
    else info.type = nestedType(dice.pick([1, 2, 50, 300]) ?? 1, dice);
  },
  'a declared rank': (_, graph, dice) => {
    const type = dice.pick([...graph.input, ...graph.output])?.type?.value;
    if (type?.case !== 'tensorType') return;
    if (dice.chance(0.3)) delete type.value.shape;
    else type.value.shape?.dim.splice(dice.below(4), 1);
  },
  'an input of a node': withSomeNode((node, graph, dice) => {
    node.input[dice.below(node.input.length + 1)] = someName(graph, dice);
  }),
  'an output of a node': withSomeNode((node, graph, dice) => {
    node.output[dice.below(node.output.length + 1)] = someName(graph, dice);
  }),
  'inputs left out': withSomeNode((node, _, dice) => {
    node.input.splice(dice.below(node.input.length));
  }),
  'a node that reads itself': withSomeNode((node, _, dice) => {
    node.input[dice.below(node.input.length)] = node.output[0] ?? '';
  }),
  'a cycle': (_, graph, dice) => {
    const first = dice.below(graph.node.length);
    const later = graph.node[first + dice.below(graph.node.length - first)];
    const node = graph.node[first];
    if (node !== undefined) node.input[0] = later?.output[0] ?? '';
  },
  'a node gone': (_, graph, dice) => {
    graph.node.splice(dice.below(graph.node.length), 1);
  },
  'a node twice': withSomeNode((node, graph) => {
    graph.node.push(node);
  }),
  'nodes in another order': (_, graph, dice) => {
    if (dice.chance(0.5)) graph.node.reverse();
    else graph.node.push(...graph.node.splice(0, dice.below(graph.node.length)));
  },
  'another operator': withSomeNode((node, _, dice) => {
    node.opType = dice.pick(operators) ?? '';
  }),
  'another domain': withSomeNode((node, _, dice) => {
    node.domain = dice.pick(['', 'ai.onnx', 'com.microsoft', 'ai.onnx.ml', 'nowhere', '__proto__']) ?? '';
  }),
  'an attribute gone': withSomeNode((node, _, dice) => {
    node.attribute.splice(dice.below(node.attribute.length + 1), 1);
  }),
  'an odd attribute': withSomeNode((node, _, dice) => {
    const known = node.attribute.map((attribute) => attribute.name);
    const name = dice.pick(dice.chance(0.7) && known.length > 0 ? known : attributeNames) ?? '';
    const values: readonly AttributeValue[] = [
      { ints: oddList(dice).map(Number) },
      { int: Number(oddSize(dice)) },
      { float: dice.pick([0, -1, Number.NaN, 1e30]) ?? 0 },
      { string: dice.pick(['', 'SAME_UPPER', 'x'.repeat(10_000)]) ?? '' },
    ];
    const value = dice.pick(values);
    if (value !== undefined) setAttribute(node, name, value);
  }),
  'an attribute of another kind': withSomeNode((node, _, dice) => {
    const attribute = dice.pick(node.attribute);
    if (attribute !== undefined) attribute.type = dice.below(16);
  }),
  'an odd constant node': withSomeNode((node, _, dice) => {
    const value = dice.chance(0.5) ? makeFloatTensor('', [0], []) : makeInt64Tensor('', [], [-1]);
    Object.assign(node, makeNode('Constant', [], node.output, { attributes: { value: { tensor: value } } }));
  }),
  'a shape made huge': withSomeNode((node, graph, dice) => {
    const shape = `shape_${graph.initializer.length}`;
    const sizes = Array.from({ length: 1 + dice.below(5) }, () => dice.pick([1, 3, 1000, 100_000, 2 ** 31]) ?? 1);
    graph.initializer.push(makeInt64Tensor(shape, [sizes.length], sizes));
    const kind = dice.pick(['Reshape', 'Expand', 'ConstantOfShape', 'Tile']) ?? 'Expand';
    Object.assign(
      node,
      makeNode(kind, kind === 'ConstantOfShape' ? [shape] : [node.input[0] ?? '', shape], node.output),
    );
  }),
  'a graph output': (_, graph, dice) => {
    const output = dice.pick(graph.output);
    if (output === undefined) return;
    if (dice.chance(0.3)) graph.output.push(output);
    else output.name = someName(graph, dice);
  },
  'a graph input': (_, graph, dice) => {
    const input = dice.pick(graph.input);
    if (input === undefined) return;
    if (dice.chance(0.3)) graph.input.push(input);
    else if (dice.chance(0.5)) input.name = someName(graph, dice);
    else graph.input.push(create(ValueInfoProtoSchema, { name: someName(graph, dice) }));
  },
  versions: (proto, _, dice) => {
    if (dice.chance(0.3)) proto.irVersion = BigInt(dice.pick([-1, 0, 1, 3, 10, 13, 14]) ?? 0);
    else if (dice.chance(0.2)) proto.opsetImport.length = 0;
    else for (const entry of proto.opsetImport) entry.version = BigInt(dice.below(30) - 1);
  },
  metadata: (proto, _, dice) => {
    const key = dice.pick(['names', 'imgsz', 'stride', 'task', 'end2end', '__proto__', '']) ?? '';
    const value = dice.pick([
      '',
      '{',
      '[]',
      '{0: ',
      '['.repeat(20_000),
      '-1',
      '[0, 0]',
      '99999999',
      '{999999999: "a"}',
      '{"__proto__": 1}',
    ]);
    proto.metadataProps = proto.metadataProps.filter((entry) => entry.key !== key);
    proto.metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key, value: value ?? '' });
  },
  'nodes inside branches': (_, graph, dice) => {
    wrapInIf(graph, dice.below(graph.node.length), dice.pick([1, 1, 2, 4, 60, 300]) ?? 1);
  },
  'a subgraph of itself': withSomeNode((node, graph, dice) => {
    const body = copyOf(graph);
    body.node.splice(5);
    body.initializer.length = 0;
    node.opType = dice.pick(['If', 'Loop', 'Scan']) ?? 'Loop';
    node.attribute.push(create(AttributeProtoSchema, { name: 'body', type: AttributeType.GRAPH, g: body }));
  }),
  'a local function': (proto, graph, dice) => {
    const node = dice.pick(graph.node);
    if (node === undefined) return;
    const call = dice.chance(0.4)
      ? makeNode('Inner', ['x'], ['y'], { domain: 'local' })
      : makeNode('Relu', ['x'], ['y']);
    const opsetImport = [
      { domain: '', version: 17n },
      { domain: 'local', version: 1n },
    ] as const;
    proto.functions.push(
      create(FunctionProtoSchema, {
        ...{ name: 'Inner', domain: 'local', input: ['x'], output: ['y'], node: [call] },
        opsetImport: opsetImport.map((entry) => ({ ...entry })),
      }),
    );
    if (dice.chance(0.8))
      proto.opsetImport.push({ $typeName: 'onnx.OperatorSetIdProto', domain: 'local', version: 1n });
    Object.assign(node, makeNode('Inner', node.input.slice(0, 1), node.output.slice(0, 1), { domain: 'local' }));
  },
  'training information': (proto, graph) => {
    proto.trainingInfo.push(create(TrainingInfoProtoSchema, { algorithm: copyOf(graph) }));
  },
};
