import type { GraphProto, ModelProto, NodeProto, TensorProto } from 'onnx-buf';
import { constantsOf } from '../../graph/constants.ts';
import { isDefaultDomain, opsetOf } from '../../graph/nodes.ts';
import { inferShapes } from '../../graph/shapes.ts';
import { dimsOf, integersOf } from '../../graph/tensors.ts';
import { sortNodes, tensorsReadBy } from '../../graph/topology.ts';
import { assumeSizes } from '../../inspect/sizes.ts';
import { layerName } from '../../inspect/weights.ts';
import { type AxisIds, type ChannelIds, createChannelIds, freshIds, protectIds } from './channelIds.ts';
import { type ChannelRule, describeNode, fixedAxes, type Operand, type Visit, type WeightAxis } from './rule.ts';
import { channelRules } from './rules.ts';

/** A layer with weights, and the axis of them that runs over its outputs. */
export interface ChannelLayer {
  readonly name: string;
  readonly node: NodeProto;
  readonly outputs: WeightAxis;
  /** False for layers that only pass channels on one by one. */
  readonly makes: boolean;
}

/** A graph in which every channel has an id. */
export interface ChannelGraph {
  readonly proto: ModelProto;
  readonly graph: GraphProto;
  readonly channels: ChannelIds;
  /** Sizes and ids of every tensor that channels were followed through, and of every constant they meet. */
  readonly tensors: ReadonlyMap<string, Operand>;
  readonly constants: ReadonlyMap<string, TensorProto>;
  /** In graph order. */
  readonly layers: readonly ChannelLayer[];
  /** Weights that tell how much channels matter. */
  readonly importance: readonly WeightAxis[];
}

/** Makers of tensors whose sizes have nothing to do with channels. */
const generators = new Set(['Constant', 'ConstantOfShape', 'Range', 'RandomNormal', 'RandomUniform', 'EyeLike']);

interface Walk {
  readonly opset: number;
  readonly channels: ChannelIds;
  readonly tensors: Map<string, Operand>;
  readonly constants: ReadonlyMap<string, TensorProto>;
  readonly dims: ReadonlyMap<string, readonly number[]>;
  readonly layers: ChannelLayer[];
  readonly importance: Map<string, WeightAxis>;
}

/** Sizes of all tensors, open ones assumed; tensors of which a size stays unknown are left out. */
function knownDims(proto: ModelProto, graph: GraphProto): Map<string, readonly number[]> {
  const declared = inferShapes(proto);
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((input) => !constants.has(input.name));
  const { sizes } = assumeSizes(proto, inputs, declared);
  const known = new Map<string, readonly number[]>();
  for (const [name, { dims }] of sizes === undefined ? declared : inferShapes(proto, sizes)) {
    const sure = dims.filter((dim) => dim !== null);
    if (sure.length === dims.length) known.set(name, sure);
  }
  return known;
}

/** A tensor with its ids. Constants get theirs when they are first met: one for every position of every axis. */
function operandOf(walk: Walk, name: string): Operand | undefined {
  if (name === '') return undefined;
  const met = walk.tensors.get(name);
  if (met !== undefined) return met;
  const constant = walk.constants.get(name);
  const dims = constant === undefined ? walk.dims.get(name) : dimsOf(constant);
  if (dims === undefined) return undefined;
  const axes = dims.map((dim): AxisIds => (constant === undefined || dim === 1 ? null : freshIds(walk.channels, dim)));
  const operand = { name, dims, axes, isConstant: constant !== undefined };
  walk.tensors.set(name, operand);
  return operand;
}

function protectTensor(walk: Walk, name: string, reason: string): void {
  for (const ids of operandOf(walk, name)?.axes ?? []) protectIds(walk.channels, ids, reason);
}

function visitOf(walk: Walk, node: NodeProto): Visit {
  return {
    node,
    opset: walk.opset,
    channels: walk.channels,
    input: (index) => operandOf(walk, node.input[index] ?? ''),
    outputDims: (index) => walk.dims.get(node.output[index] ?? ''),
    integers: (index) => {
      const tensor = walk.constants.get(node.input[index] ?? '');
      return tensor === undefined ? undefined : integersOf(tensor);
    },
    noteLayer: (outputs, makes) => walk.layers.push({ name: layerName(node), node, outputs, makes }),
    noteImportance: (weights) => walk.importance.set(`${weights.axis} ${weights.tensor}`, weights),
  };
}

/** The rule of a node, if its operator is one that channels are followed through. */
export function ruleOf(node: NodeProto): ChannelRule | undefined {
  const isKnown = isDefaultDomain(node.domain) || node.domain === 'com.microsoft';
  return isKnown && node.attribute.every(({ g, graphs }) => g === undefined && graphs.length === 0)
    ? channelRules.get(node.opType)
    : undefined;
}

/** A node that cannot be followed keeps everything it reads; its outputs are fixed. */
function stopAt(walk: Walk, node: NodeProto, why: string): void {
  const reason = `they reach ${describeNode(node)}, and ${why}`;
  for (const name of tensorsReadBy(node)) protectTensor(walk, name, reason);
}

function followNode(walk: Walk, node: NodeProto): void {
  if (generators.has(node.opType)) return;
  const rule = ruleOf(node);
  const isSized =
    node.input.every((name) => name === '' || operandOf(walk, name) !== undefined) &&
    walk.dims.has(node.output[0] ?? '');
  const followed =
    rule === undefined
      ? 'channels are not followed through that operator'
      : isSized
        ? rule.follow(visitOf(walk, node))
        : 'sizes around it are not known';
  if (typeof followed === 'string') stopAt(walk, node, followed);
  for (const [index, name] of node.output.entries()) {
    const dims = walk.dims.get(name);
    if (name === '' || dims === undefined) continue;
    const axes = typeof followed === 'string' ? undefined : followed[index];
    walk.tensors.set(name, {
      name,
      dims,
      axes: axes?.length === dims.length ? axes : fixedAxes(dims.length),
      isConstant: false,
    });
  }
}

/**
 * Gives every channel of a graph an id and follows it through all operators, uniting those that can only go together. What a
 * graph output or an operator without a rule touches is protected.
 */
export function followChannels(proto: ModelProto): ChannelGraph {
  const { graph } = proto;
  if (graph === undefined) throw new Error('The model has no graph.');
  const channels = createChannelIds();
  const walk: Walk = {
    opset: opsetOf(proto),
    channels,
    tensors: new Map(),
    constants: constantsOf(graph),
    dims: knownDims(proto, graph),
    layers: [],
    importance: new Map(),
  };
  for (const node of sortNodes(graph)) followNode(walk, node);
  for (const { name } of graph.output) protectTensor(walk, name, `they make up the output ${name}`);
  const order = new Map(graph.node.map((node, index) => [node, index]));
  const place = (layer: ChannelLayer) => order.get(layer.node) ?? 0;
  return {
    proto,
    graph,
    channels,
    tensors: walk.tensors,
    constants: walk.constants,
    layers: walk.layers.sort((a, b) => place(a) - place(b)),
    importance: [...walk.importance.values()],
  };
}
