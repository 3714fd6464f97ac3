import { create } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { Tensor } from 'onnxruntime-node';
import { constantsOf } from '../../graph/constants.ts';
import { sortNodes, tensorsReadBy } from '../../graph/topology.ts';
import { type Convolution, findConvolutions } from './convolutions.ts';

/** Nodes that can run once the convolutions of all earlier stages are settled. */
export interface Stage {
  /** Begins with the convolutions that the stage before settled. */
  readonly nodes: readonly NodeProto[];
  /** Tensors that later stages read. */
  readonly results: readonly string[];
  /** Convolutions whose inputs are known after this stage; the next one runs them. */
  readonly convolutions: readonly Convolution[];
  /** Tensors that no later stage reads. */
  readonly finished: readonly string[];
}

/** Values of tensors, by name. */
export type Values = Readonly<Record<string, Tensor>>;

/** The nodes that lead to some nodes, and these themselves. */
function ancestorsOf(sorted: readonly NodeProto[], ends: ReadonlySet<NodeProto>): NodeProto[] {
  const wanted = new Set<string>();
  const kept: NodeProto[] = [];
  for (const node of [...sorted].reverse()) {
    if (!ends.has(node) && !node.output.some((name) => wanted.has(name))) continue;
    kept.push(node);
    for (const name of tensorsReadBy(node)) wanted.add(name);
  }
  return kept.reverse();
}

/**
 * Cuts a graph into stages, so that its convolutions can be settled one after the other while every node runs once. What leads
 * to no convolution is left out.
 */
export function splitIntoStages(proto: ModelProto): Stage[] {
  const { graph } = proto;
  if (graph === undefined) return [];
  const constants = constantsOf(graph);
  const found = findConvolutions(proto);
  const stages: { nodes: NodeProto[]; convolutions: Convolution[] }[] = [];
  const stageAt = (index: number) => {
    for (let at = stages.length; at <= index; at += 1) stages.push({ nodes: [], convolutions: [] });
    return stages[index];
  };
  const madeAt = new Map<string, number>();
  const lastRead = new Map<string, number>();
  for (const node of ancestorsOf(sortNodes(graph), new Set(found.keys()))) {
    const reads = tensorsReadBy(node).filter((name) => !constants.has(name));
    const known = Math.max(0, ...reads.map((name) => madeAt.get(name) ?? 0));
    const convolution = found.get(node);
    const runs = convolution === undefined ? known : known + 1;
    if (convolution !== undefined) stageAt(known)?.convolutions.push(convolution);
    stageAt(runs)?.nodes.push(node);
    for (const name of node.output) if (!constants.has(name)) madeAt.set(name, runs);
    for (const name of reads) lastRead.set(name, Math.max(runs, lastRead.get(name) ?? 0));
  }
  // The last stage would only run convolutions that are settled.
  return stages.slice(0, -1).map(({ nodes, convolutions }, index) => ({
    nodes,
    convolutions,
    results: [...madeAt].flatMap(([name, at]) => (at === index && (lastRead.get(name) ?? 0) > index ? [name] : [])),
    finished: [...lastRead].flatMap(([name, at]) => (at === index ? [name] : [])),
  }));
}

/** The runtime's names of types that tensors between nodes may have. */
const elementTypes: Readonly<Record<string, DataType>> = {
  float32: DataType.FLOAT,
  float16: DataType.FLOAT16,
  float64: DataType.DOUBLE,
  int64: DataType.INT64,
  int32: DataType.INT32,
  uint8: DataType.UINT8,
  int8: DataType.INT8,
  bool: DataType.BOOL,
};

/** A tensor of known type and of whatever sizes. */
function declare(name: string, { type }: Tensor) {
  const elemType = elementTypes[type] ?? DataType.UNDEFINED;
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType } } } });
}

/**
 * A model of the nodes of one stage.
 * @param values what was known before it
 */
export function stageModel(proto: ModelProto, { nodes, results }: Stage, values: Values): ModelProto {
  const constants: Map<string, TensorProto> = proto.graph === undefined ? new Map() : constantsOf(proto.graph);
  const reads = new Set(nodes.flatMap((node) => tensorsReadBy(node)));
  const made = new Set(nodes.flatMap(({ output }) => output));
  const graph = create(GraphProtoSchema, {
    name: 'stage',
    node: [...nodes],
    initializer: [...reads].flatMap((name) => {
      const tensor = made.has(name) ? undefined : constants.get(name);
      return tensor === undefined ? [] : [{ ...tensor, name }];
    }),
    input: [...reads].flatMap((name) => {
      const tensor = values[name];
      return tensor === undefined ? [] : [declare(name, tensor)];
    }),
    // The runtime works the types out.
    output: results.map((name) => create(ValueInfoProtoSchema, { name })),
  });
  return create(ModelProtoSchema, { ...proto, graph });
}
