import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { StudioError } from '../errors.ts';

/** Who makes and who reads each tensor of a graph, by tensor name. */
export interface GraphIndex {
  readonly producers: Map<string, NodeProto>;
  /** In graph order; a node that reads a tensor twice is listed once. */
  readonly consumers: Map<string, NodeProto[]>;
  readonly initializers: Map<string, TensorProto>;
}

/** Every tensor a node reads: its inputs, and what its subgraphs (If, Loop, Scan) take from the graph around them. */
export function tensorsReadBy(node: NodeProto): string[] {
  const read = new Set(node.input.filter((name) => name !== ''));
  for (const attribute of node.attribute) {
    const bodies = attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
    for (const body of bodies) for (const name of capturedBy(body)) read.add(name);
  }
  return [...read];
}

/** Names a subgraph uses without defining them. */
function capturedBy(body: GraphProto): Set<string> {
  const own = new Set([...body.input.map((value) => value.name), ...body.initializer.map((tensor) => tensor.name)]);
  for (const node of body.node) for (const name of node.output) own.add(name);
  const captured = new Set<string>();
  for (const node of body.node) for (const name of tensorsReadBy(node)) if (!own.has(name)) captured.add(name);
  for (const output of body.output) if (!own.has(output.name)) captured.add(output.name);
  return captured;
}

/** Indexes a graph once; the index does not follow later changes of the graph. */
export function indexGraph(graph: GraphProto): GraphIndex {
  const producers = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  for (const node of graph.node) {
    for (const name of node.output) if (name !== '') producers.set(name, node);
    for (const name of tensorsReadBy(node)) {
      const readers = consumers.get(name);
      if (readers === undefined) consumers.set(name, [node]);
      else readers.push(node);
    }
  }
  return { producers, consumers, initializers: new Map(graph.initializer.map((tensor) => [tensor.name, tensor])) };
}

/** Begins with a node: what it reads is still to be looked at, the first input last in the list. */
function openNode(node: NodeProto, state: Map<NodeProto, 'open' | 'done'>): { node: NodeProto; unread: string[] } {
  state.set(node, 'open');
  return { node, unread: tensorsReadBy(node).reverse() };
}

/**
 * The nodes in an order in which every tensor is made before it is read. Nodes already in such an order keep it.
 * @param model what an error calls the model
 * @throws StudioError `model-corrupt` when the graph has a cycle
 */
export function sortNodes(graph: GraphProto, model = 'The model'): NodeProto[] {
  const { producers } = indexGraph(graph);
  const state = new Map<NodeProto, 'open' | 'done'>();
  const sorted: NodeProto[] = [];
  for (const root of graph.node) {
    const stack = state.has(root) ? [] : [openNode(root, state)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const name = top.unread.pop();
      if (name === undefined) {
        state.set(top.node, 'done');
        sorted.push(top.node);
        stack.pop();
        continue;
      }
      const producer = producers.get(name);
      if (producer === undefined || state.get(producer) === 'done') continue;
      if (state.get(producer) === 'open') {
        throw new StudioError(
          'model-corrupt',
          `${model} has a graph with a cycle: tensor "${name}" is made from itself (node "${top.node.name}", ${top.node.opType}).`,
        );
      }
      stack.push(openNode(producer, state));
    }
  }
  return sorted;
}

/**
 * Removes, in place, the nodes, initializers and value infos that no graph output (nor any of `keepOutputs`) depends on.
 * Graph inputs stay, save those that merely declare a removed initializer.
 */
export function removeUnused(graph: GraphProto, keepOutputs: readonly string[] = []): void {
  const { producers } = indexGraph(graph);
  const usedNodes = new Set<NodeProto>();
  const usedTensors = new Set<string>();
  const queue = [...graph.output.map((output) => output.name), ...keepOutputs];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (usedTensors.has(name)) continue;
    usedTensors.add(name);
    const producer = producers.get(name);
    if (producer === undefined || usedNodes.has(producer)) continue;
    usedNodes.add(producer);
    queue.push(...tensorsReadBy(producer));
  }
  const removed = new Set(graph.initializer.filter((tensor) => !usedTensors.has(tensor.name)).map((t) => t.name));
  graph.node = graph.node.filter((node) => usedNodes.has(node));
  graph.initializer = graph.initializer.filter((tensor) => !removed.has(tensor.name));
  graph.input = graph.input.filter((input) => !removed.has(input.name));
  const outputsLeft = new Set(graph.node.flatMap((node) => node.output));
  graph.valueInfo = graph.valueInfo.filter((info) => outputsLeft.has(info.name));
}

/** Every name in use in a graph and its subgraphs: tensors and nodes. */
export function namesIn(graph: GraphProto, into: Set<string> = new Set()): Set<string> {
  for (const value of [...graph.input, ...graph.output, ...graph.valueInfo]) into.add(value.name);
  for (const tensor of graph.initializer) into.add(tensor.name);
  for (const node of graph.node) {
    into.add(node.name);
    for (const name of [...node.input, ...node.output]) into.add(name);
    for (const attribute of node.attribute) {
      if (attribute.g !== undefined) namesIn(attribute.g, into);
      for (const body of attribute.graphs) namesIn(body, into);
    }
  }
  return into;
}

/** `base`, or `base_1`, `base_2` ... whichever is free first; the result is added to `taken`. */
export function uniqueName(taken: Set<string>, base: string): string {
  let name = base;
  for (let suffix = 1; taken.has(name); suffix += 1) name = `${base}_${suffix}`;
  taken.add(name);
  return name;
}
