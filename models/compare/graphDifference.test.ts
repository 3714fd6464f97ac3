import type { GraphProto, ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { makeNode, setAttribute } from '../graph/nodes.ts';
import { inferShapes } from '../graph/shapes.ts';
import { floatsOf, makeFloatTensor, makeInt8Tensor, makeUint8Tensor } from '../graph/tensors.ts';
import { setWeights, tinyV8 } from '../testing/tinyModels.ts';
import { findDifferences } from './graphDifference.ts';
import { findStages } from './stages.ts';

function graphOf(proto: ModelProto): GraphProto {
  if (proto.graph === undefined) throw new Error('no graph');
  return proto.graph;
}

function compareWith(change: (graph: GraphProto, proto: ModelProto) => void) {
  const before = tinyV8();
  const after = tinyV8();
  change(graphOf(after), after);
  return findDifferences(graphOf(before), graphOf(after), findStages(graphOf(before), inferShapes(before)));
}

const nodeNamed = (graph: GraphProto, name: string) => {
  const found = graph.node.find((node) => node.name === name);
  if (found === undefined) throw new Error(`There is no node "${name}".`);
  return found;
};

describe('graph difference', () => {
  it('finds none between copies, also in another order', () => {
    const { nodes, added, removed, changed } = compareWith((graph) => graph.node.reverse());
    expect({ added, removed, changed }).toEqual({ added: [], removed: [], changed: [] });
    expect(nodes.same).toBe(nodes.baseline);
    expect(nodes.variant).toBe(nodes.baseline);
  });

  it('tells other weights by the share of values that changed', () => {
    const { changed } = compareWith((graph, proto) => {
      const tensor = graph.initializer.find(({ name }) => name === 'stem2.weight');
      const values = tensor ? floatsOf(tensor) : new Float32Array();
      // A quarter of 8 x 8 x 3 x 3 weights.
      setWeights(
        proto,
        'stem2.weight',
        values.map((value, at) => (at % 4 === 0 ? 0 : value)),
      );
    });
    expect(changed).toEqual([
      {
        name: 'stem2',
        operator: 'Conv',
        stage: { part: 'backbone', stride: 4 },
        changes: [
          {
            what: 'constant',
            tensor: 'stem2.weight',
            before: { type: 'float', shape: [8, 8, 3, 3] },
            after: { type: 'float', shape: [8, 8, 3, 3] },
            changed: 0.25,
          },
        ],
      },
    ]);
  });

  it('tells other shapes, attributes and operators', () => {
    const { changed } = compareWith((graph) => {
      const at = graph.initializer.findIndex(({ name }) => name === 'stem1.bias');
      graph.initializer[at] = makeFloatTensor('stem1.bias', [4], [0, 0, 0, 0]);
      setAttribute(nodeNamed(graph, 'stem2'), 'group', { int: 2 });
      const gate = graph.node.find(({ opType }) => opType === 'Sigmoid');
      if (gate) gate.opType = 'HardSigmoid';
    });
    const changes = Object.fromEntries(changed.map((node) => [node.name, node.changes]));
    expect(changes.stem1).toEqual([
      {
        what: 'constant',
        tensor: 'stem1.bias',
        before: { type: 'float', shape: [8] },
        after: { type: 'float', shape: [4] },
      },
    ]);
    expect(changes.stem2).toEqual([{ what: 'attribute', name: 'group', before: '1', after: '2' }]);
    expect(Object.values(changes)).toContainEqual([{ what: 'operator', before: 'Sigmoid', after: 'HardSigmoid' }]);
    expect(changed).toHaveLength(3);
  });

  it('sees through rounding: pairs are added, the layer behind them stays where it was', () => {
    const { added, removed, changed } = compareWith((graph) => {
      graph.initializer.push(
        makeFloatTensor('step', [], [0.25]),
        makeUint8Tensor('middle', [], [128]),
        makeInt8Tensor('stem2.weight_int8', [8, 8, 3, 3], new Int8Array(576)),
      );
      const layer = nodeNamed(graph, 'stem2');
      const [source = '', , bias = ''] = layer.input;
      layer.input = ['rounded', 'weights', bias];
      graph.node.push(
        makeNode('QuantizeLinear', [source, 'step', 'middle'], ['grid'], { name: 'round' }),
        makeNode('DequantizeLinear', ['grid', 'step', 'middle'], ['rounded'], { name: 'restore' }),
        makeNode('DequantizeLinear', ['stem2.weight_int8', 'step'], ['weights'], { name: 'restoreWeights' }),
      );
    });
    expect(removed).toEqual([]);
    const backbone = (stride: number) => ({ part: 'backbone', stride });
    expect(added).toEqual([
      { name: 'round', operator: 'QuantizeLinear', stage: backbone(2) },
      { name: 'restore', operator: 'DequantizeLinear', stage: backbone(2) },
      // It has no node before it: it works for the layer that reads it.
      { name: 'restoreWeights', operator: 'DequantizeLinear', stage: backbone(4) },
    ]);
    expect(changed).toEqual([
      {
        name: 'stem2',
        operator: 'Conv',
        stage: backbone(4),
        changes: [
          {
            what: 'constant',
            tensor: 'stem2.weight',
            before: { type: 'float', shape: [8, 8, 3, 3] },
            after: { type: 'int8', shape: [8, 8, 3, 3] },
          },
          { what: 'rounding', after: true },
        ],
      },
    ]);
  });

  it('finds a node that was taken out and what reads from elsewhere since', () => {
    const { removed, changed, stages } = compareWith((graph) => {
      const gate = graph.node.find(({ opType }) => opType === 'Mul');
      const [plain = ''] = gate?.input ?? [];
      const result = gate?.output[0] ?? '';
      graph.node = graph.node.filter((node) => node !== gate);
      for (const node of graph.node) node.input = node.input.map((name) => (name === result ? plain : name));
    });
    expect(removed).toMatchObject([{ operator: 'Mul', stage: { part: 'backbone', stride: 2 } }]);
    expect(changed).toMatchObject([{ name: 'stem2', changes: [{ what: 'inputs', after: ['stem1_out'] }] }]);
    expect(stages[0]).toMatchObject({ stage: { part: 'backbone', stride: 2 }, removed: 1, changed: 0 });
  });
});

describe('stages', () => {
  it('ends the backbone where maps are enlarged and begins the head behind the last learned layers', () => {
    const proto = tinyV8();
    const graph = graphOf(proto);
    const stages = findStages(graph, inferShapes(proto));
    expect(stages.get(nodeNamed(graph, 'stem1'))).toEqual({ part: 'backbone', stride: 2 });
    expect(stages.get(nodeNamed(graph, 'down2'))).toEqual({ part: 'backbone', stride: 32 });
    expect(stages.get(nodeNamed(graph, 'class1'))).toEqual({ part: 'backbone', stride: 16 });
    expect(stages.get(nodeNamed(graph, 'dfl'))).toEqual({ part: 'head', stride: null });
  });
});
