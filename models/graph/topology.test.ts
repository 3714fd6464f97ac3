import { create } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { AttributeProtoSchema, type GraphProto, GraphProtoSchema, type ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { tinyV8 } from '../testing/tinyModels.ts';
import { makeNode } from './nodes.ts';
import { makeFloatTensor } from './tensors.ts';
import { indexGraph, namesIn, removeUnused, sortNodes, tensorsReadBy, uniqueName } from './topology.ts';

function graphOf(proto: ModelProto): GraphProto {
  if (proto.graph === undefined) throw new Error('no graph');
  return proto.graph;
}

/** A node whose subgraph reads `outer` and a tensor of its own. */
function nodeWithBody() {
  const body = create(GraphProtoSchema, {
    node: [makeNode('Relu', ['outer'], ['own']), makeNode('Neg', ['own'], ['result'])],
    output: [{ name: 'result' }],
  });
  const node = makeNode('If', ['condition'], ['chosen'], { name: 'branch' });
  node.attribute.push(create(AttributeProtoSchema, { name: 'then_branch', g: body }));
  return node;
}

describe('sortNodes', () => {
  it('keeps an order that is sound already', () => {
    const graph = graphOf(tinyV8());
    expect(sortNodes(graph)).toEqual(graph.node);
  });

  it('makes every tensor before it is read, from any order', () => {
    const graph = graphOf(tinyV8());
    const nodes = [...graph.node];
    fc.assert(
      fc.property(fc.shuffledSubarray(nodes, { minLength: nodes.length }), (shuffled) => {
        graph.node = shuffled;
        const sorted = sortNodes(graph);
        expect(new Set(sorted)).toEqual(new Set(nodes));
        const made = new Set([
          ...graph.input.map((input) => input.name),
          ...graph.initializer.map((tensor) => tensor.name),
        ]);
        for (const node of sorted) {
          for (const name of tensorsReadBy(node)) expect(made.has(name)).toBe(true);
          for (const name of node.output) made.add(name);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('waits for what a subgraph takes from outside', () => {
    const producer = makeNode('Abs', ['x'], ['outer']);
    const branch = nodeWithBody();
    const graph = create(GraphProtoSchema, { node: [branch, producer] });
    expect(sortNodes(graph)).toEqual([producer, branch]);
  });

  it('names a tensor of a cycle', () => {
    const node = [makeNode('Add', ['a', 'c'], ['b']), makeNode('Relu', ['b'], ['c'])];
    expect(() => sortNodes(create(GraphProtoSchema, { node }), 'net.onnx')).toThrow(/^net\.onnx .*cycle.*"[bc]"/);
  });
});

describe('indexGraph', () => {
  it('lists a node that reads a tensor twice once, and readers inside subgraphs', () => {
    const square = makeNode('Mul', ['outer', 'outer'], ['squared']);
    const branch = nodeWithBody();
    const graph = create(GraphProtoSchema, {
      node: [square, branch],
      initializer: [makeFloatTensor('outer', [], [1])],
    });
    const index = indexGraph(graph);
    expect(index.consumers.get('outer')).toEqual([square, branch]);
    expect(index.producers.get('chosen')).toBe(branch);
    expect(index.initializers.get('outer')).toBe(graph.initializer[0]);
  });
});

describe('removeUnused', () => {
  it('removes nodes and initializers nothing depends on, and nothing else', () => {
    const graph = graphOf(tinyV8());
    const before = graph.node.length;
    graph.node.push(makeNode('Mul', ['stem1_out', 'orphan'], ['unused']), makeNode('Relu', ['unused'], ['unused2']));
    graph.initializer.push(makeFloatTensor('orphan', [1], [1]));
    const initializers = graph.initializer.length;
    removeUnused(graph, ['unused']);
    expect(graph.node.length).toBe(before + 1);
    expect(graph.initializer.length).toBe(initializers);
    removeUnused(graph);
    expect(graph.node.length).toBe(before);
    expect(graph.initializer.length).toBe(initializers - 1);
    expect(graph.input.map((input) => input.name)).toEqual(['images']);
  });
});

describe('uniqueName', () => {
  it('takes the first free name and remembers it', () => {
    const taken = namesIn(create(GraphProtoSchema, { node: [nodeWithBody()] }));
    expect(uniqueName(taken, 'own')).toBe('own_1');
    expect(uniqueName(taken, 'own')).toBe('own_2');
    expect(uniqueName(taken, 'free')).toBe('free');
  });
});
