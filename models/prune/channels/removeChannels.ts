import { clone } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema, type NodeProto, type ValueInfoProto } from 'onnx-buf';
import { constantValue } from '../../graph/constants.ts';
import { opsetOf, setAttribute } from '../../graph/nodes.ts';
import { inferShapes } from '../../graph/shapes.ts';
import { integersOf, makeInt64Tensor } from '../../graph/tensors.ts';
import { namesIn, removeUnused, uniqueName } from '../../graph/topology.ts';
import { type ChannelGraph, ruleOf } from './followChannels.ts';
import { type Remaining, remainingAfter } from './remaining.ts';
import type { Adaptation } from './rule.ts';
import { takePositions } from './takePositions.ts';

/** Cuts initializers and the values of Constant nodes. */
function cutConstants(graph: GraphProto, { tensors }: ChannelGraph, remaining: Remaining): void {
  const cutsOf = (name: string) => {
    const cuts = (tensors.get(name)?.axes ?? []).map((ids) => remaining.positions(ids));
    return cuts.some((positions) => positions !== null) ? cuts : undefined;
  };
  graph.initializer = graph.initializer.map((tensor) => {
    const cuts = cutsOf(tensor.name);
    return cuts === undefined ? tensor : takePositions(tensor, cuts);
  });
  for (const node of graph.node) {
    if (node.opType !== 'Constant') continue;
    const cuts = cutsOf(node.output[0] ?? '');
    const tensor = constantValue(node);
    if (cuts === undefined || tensor === undefined) continue;
    node.attribute = [];
    setAttribute(node, 'value', { tensor: takePositions(tensor, cuts) });
  }
}

/** Writes sizes that channels had into the declared shapes of tensors between nodes and of old-style inputs. */
function declareSizes(values: readonly ValueInfoProto[], { tensors }: ChannelGraph, remaining: Remaining): void {
  for (const { name, type } of values) {
    const operand = tensors.get(name);
    const dims = remaining.dims(name);
    if (operand === undefined || dims === undefined || type?.value.case !== 'tensorType') continue;
    for (const [axis, dim] of (type.value.value.shape?.dim ?? []).entries()) {
      const size = dims[axis];
      if (size !== undefined && size !== operand.dims[axis]) dim.value = { case: 'dimValue', value: BigInt(size) };
    }
  }
}

function adaptNodes(graph: GraphProto, source: ChannelGraph, remaining: Remaining, opset: number): void {
  const taken = namesIn(graph);
  for (const node of graph.node) {
    const adaptation: Adaptation = {
      node,
      opset,
      input: (index) => source.tensors.get(node.input[index] ?? ''),
      output: (index) => source.tensors.get(node.output[index] ?? ''),
      left: ({ dims, axes }, axis) =>
        remaining.positions(axes[axis] ?? null) ?? Array.from({ length: dims[axis] ?? 1 }, (_, position) => position),
      integers: (index) => {
        const tensor = source.constants.get(node.input[index] ?? '');
        return tensor === undefined ? undefined : integersOf(tensor);
      },
      setIntegers: (index, values) => {
        const before = node.input[index] ?? '';
        const shape = source.constants.get(before)?.dims.length === 0 ? [] : [values.length];
        const name = uniqueName(taken, `${before === '' ? (node.output[0] ?? node.name) : before}_left`);
        graph.initializer.push(makeInt64Tensor(name, shape, values));
        while (node.input.length < index) node.input.push('');
        node.input[index] = name;
      },
    };
    if (touches(node, source, remaining)) ruleOf(node)?.adapt?.(adaptation);
  }
}

/** True where a node reads or makes a tensor that loses channels. */
function touches(node: NodeProto, { tensors }: ChannelGraph, { positions }: Remaining): boolean {
  return [...node.input, ...node.output].some((name) => tensors.get(name)?.axes.some((ids) => positions(ids) !== null));
}

/** Makes sure that every tensor has become what was planned. A difference is a defect of ours, never written to a file. */
function checkShapes(pruned: ModelProto, source: ChannelGraph, remaining: Remaining): void {
  for (const [name, { dims }] of inferShapes(pruned)) {
    const planned = remaining.dims(name);
    if (planned === undefined || dims.every((dim, axis) => dim === null || dim === planned[axis])) continue;
    throw new Error(`Tensor "${name}" is [${dims}] after pruning; [${planned}] was planned.`);
  }
  for (const { name } of source.graph.output) {
    const operand = source.tensors.get(name);
    if (operand !== undefined && remaining.dims(name)?.join() !== operand.dims.join()) {
      throw new Error(`The output "${name}" would change its shape.`);
    }
  }
}

/**
 * The model without some channels: weights, biases and tables are cut, and every node that names sizes or positions is adapted.
 * Inputs and outputs keep their shapes.
 * @param removed ids that stand for the sets of channels that go
 */
export function removeChannels(source: ChannelGraph, removed: ReadonlySet<number>): ModelProto {
  const pruned = clone(ModelProtoSchema, source.proto);
  const { graph } = pruned;
  if (graph === undefined) throw new Error('The model has no graph.');
  const remaining = remainingAfter(source, removed);
  adaptNodes(graph, source, remaining, opsetOf(pruned));
  cutConstants(graph, source, remaining);
  declareSizes([...graph.valueInfo, ...graph.input], source, remaining);
  removeUnused(graph);
  checkShapes(pruned, source, remaining);
  return pruned;
}
