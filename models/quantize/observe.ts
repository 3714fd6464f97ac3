import { clone, create } from '@bufbuild/protobuf';
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { createSession, type SessionRequest } from '../detect/providers.ts';
import { constantsOf } from '../graph/constants.ts';
import { makeNode } from '../graph/nodes.ts';
import { indexGraph, namesIn, removeUnused, sortNodes, uniqueName } from '../graph/topology.ts';
import { encodeModel } from '../graph/write.ts';
import { type Derivation, derivationOf } from './observeDerived.ts';

/** Names of the scalar outputs that tell about one tensor. */
interface RangeOutputs {
  readonly tensor: string;
  readonly min: string;
  readonly max: string;
  readonly squares: string;
  readonly size: string;
  /** The least magnitude, where it was asked for. */
  readonly least?: string;
}

/** A model that gives, instead of its own outputs, statistics of chosen tensors. */
export interface RangeProbe {
  readonly proto: ModelProto;
  /** The tensors that are looked at, in the order in which they are made. */
  readonly outputs: readonly RangeOutputs[];
  /** Tensors whose range follows from that of others, each behind those that it follows from. */
  readonly derived: readonly Derivation[];
  /** By tensor, the output [N, C, 1 ...] that holds the mean of each channel. */
  readonly channelMeans: ReadonlyMap<string, string>;
}

export interface RangeWishes {
  /** Tensors [N, C, H, W] of which the mean of each channel is wanted as well. */
  readonly pictures?: ReadonlySet<string> | undefined;
  /** What a histogram needs is wanted of every tensor: also the least magnitude, and nothing that follows from other tensors. */
  readonly forHistograms?: boolean;
}

/** Declares an output of a probe. */
export function outputInfo(name: string, elemType = DataType.FLOAT) {
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType } } } });
}

/**
 * Adds ReduceMin, ReduceMax, ReduceSumSquare and Size behind each tensor: they are found where the values are, nothing is copied
 * out. Tensors whose range follows from that of others are left alone.
 */
export function makeRangeProbe(proto: ModelProto, tensors: readonly string[], wishes: RangeWishes = {}): RangeProbe {
  const { pictures = new Set(), forHistograms = false } = wishes;
  const probed = clone(ModelProtoSchema, proto);
  const { graph } = probed;
  if (graph === undefined) return { proto: probed, outputs: [], derived: [], channelMeans: new Map() };
  graph.node = sortNodes(graph);
  const { observed, derived } = sortOut(graph, tensors, forHistograms);
  const taken = namesIn(graph);
  const outputs: RangeOutputs[] = [];
  const channelMeans = new Map<string, string>();
  // The runtime walks a graph back from its last loose end. With those of the first tensors put last, it looks at each tensor as
  // soon as that is made, and drops it; the other way round, all of them are kept until the whole network has run.
  for (const tensor of tensorsInOrder(graph).reverse()) {
    if (observed.has(tensor)) outputs.push(addReductions(graph, tensor, taken, forHistograms));
    if (!pictures.has(tensor)) continue;
    const means = uniqueName(taken, `${tensor}_means`);
    graph.node.push(makeNode('GlobalAveragePool', [tensor], [means]));
    channelMeans.set(tensor, means);
  }
  graph.output = [
    ...outputs.flatMap(({ min, max, squares, size, least }) => [
      ...(least === undefined ? [min, max, squares] : [min, max, squares, least]).map((name) => outputInfo(name)),
      outputInfo(size, DataType.INT64),
    ]),
    ...[...channelMeans.values()].map((name) => outputInfo(name)),
  ];
  removeUnused(graph);
  return { proto: probed, outputs: outputs.reverse(), derived, channelMeans };
}

/** Which tensors are looked at, and which follow from others. */
function sortOut(graph: GraphProto, tensors: readonly string[], all: boolean) {
  const index = indexGraph(graph);
  const constants = constantsOf(graph);
  const observed = new Set(tensors);
  const derived: Derivation[] = [];
  for (const node of all ? [] : graph.node.toReversed()) {
    const derivation = derivationOf(node, index);
    if (derivation === undefined || !observed.has(derivation.tensor)) continue;
    if (derivation.from.some((tensor) => constants.has(tensor))) continue;
    observed.delete(derivation.tensor);
    for (const tensor of derivation.from) observed.add(tensor);
    derived.unshift(derivation);
  }
  return { observed, derived };
}

/** The graph's inputs, and the results of its nodes as they are made. */
function tensorsInOrder(graph: GraphProto): string[] {
  return [...graph.input.map(({ name }) => name), ...graph.node.flatMap((node) => node.output)];
}

function addReductions(graph: GraphProto, tensor: string, taken: Set<string>, withLeast: boolean): RangeOutputs {
  const whole = { attributes: { keepdims: { int: 0 } } };
  const add = (operator: string, input: string, what: string, attributes?: typeof whole) => {
    const output = uniqueName(taken, `${tensor}_${what}`);
    graph.node.push(makeNode(operator, [input], [output], attributes));
    return output;
  };
  return {
    tensor,
    min: add('ReduceMin', tensor, 'min', whole),
    max: add('ReduceMax', tensor, 'max', whole),
    squares: add('ReduceSumSquare', tensor, 'squares', whole),
    size: add('Size', tensor, 'size'),
    ...(withLeast ? { least: add('ReduceMin', add('Abs', tensor, 'magnitudes'), 'least', whole) } : {}),
  };
}

/** A model whose outputs are the chosen tensors themselves (graph inputs are not among them). */
export function makeTensorProbe(proto: ModelProto, tensors: readonly string[]): ModelProto {
  const probed = clone(ModelProtoSchema, proto);
  if (probed.graph === undefined) return probed;
  probed.graph.output = tensors.map((name) => outputInfo(name, DataType.FLOAT));
  removeUnused(probed.graph);
  return probed;
}

/** Opens a probe for as long as it is used. */
export async function withSession<Result>(
  proto: ModelProto,
  use: (session: InferenceSession) => Promise<Result>,
  optimization?: SessionRequest['optimization'],
): Promise<Result> {
  const request = { provider: 'cpu', name: 'The calibration model', optimization } as const;
  const { session } = await createSession(encodeModel(proto), request);
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

/** The number in a tensor of one element; NaN where there is none. */
export function scalarOf(tensor: Tensor | undefined): number {
  return Number(tensor?.data[0] ?? Number.NaN);
}
