import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { addConv, addNode, addSilu, type Draft, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import type { Range } from './grid.ts';
import { planGrids, siluFadesBelow } from './planGrids.ts';
import { factsOfModel, selectNodes } from './select.ts';

const silu = (x: number) => x / (1 + Math.exp(-x));

function model(build: (draft: Draft) => string, channels = 4): ModelProto {
  const draft = startDraft(1);
  addNode(draft, 'Sigmoid', [addConv(draft, 'last', build(draft), [channels, 2])], {}, 'scores', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('x', [1, 3, 8, 8])],
    outputs: [declareTensor('y', [1, 2, 8, 8])],
  });
}

function plan(proto: ModelProto, ranges: Record<string, Range>) {
  const facts = factsOfModel(proto);
  const known = new Map(
    Object.entries(ranges).map(([name, range]) => [name, { ...range, meanSquare: range.max ** 2 / 3 }]),
  );
  const selection = selectNodes(facts, { headGuard: true, keep: [] }, known);
  return { grids: planGrids(facts, selection, known, 'uint8'), selection };
}

const symmetric = (size: number): Range => ({ min: -size, max: size });

function joined(ratio: number) {
  const proto = model((draft) => {
    const parts = ['a', 'b'].map((name) => addConv(draft, name, 'x', [3, 2]));
    return addNode(draft, 'Concat', parts, { axis: { int: 1 } }, 'join');
  });
  const ranges = { x: { min: 0, max: 1 }, a_out: symmetric(1), b_out: symmetric(ratio), join_out: symmetric(ratio) };
  return plan(proto, { ...ranges, last_out: symmetric(5) });
}

describe('planGrids', () => {
  it('gives the inputs of a Concat the grid of its output where their ranges are alike', () => {
    const { grids } = joined(1.5);
    expect(grids.get('a_out')).toEqual(grids.get('join_out'));
    expect(grids.get('b_out')).toEqual(grids.get('join_out'));
  });

  it('gives them grids of their own where they are not', () => {
    const { grids } = joined(5);
    expect(grids.get('a_out')?.scale).toBeCloseTo(2 / 255, 6);
    expect(grids.get('join_out')?.scale).toBeCloseTo(10 / 255, 6);
  });

  it('leaves a Concat float, and the layer that reads it, where the ranges differ more than 8×', () => {
    const { selection } = joined(15);
    expect(selection.float.map(({ node, why }) => [node.name, why])).toEqual([
      ['join', "head guard: its inputs' ranges differ 15.0×"],
      ['scores', 'head guard: after the last convolutions'],
      ['last', "head guard: reads join, whose inputs' ranges differ too much"],
    ]);
  });

  it('gives a tensor that is only moved the grid it had', () => {
    const proto = model((draft) => {
      const pool = { kernel_shape: { ints: [3, 3] }, pads: { ints: [1, 1, 1, 1] } };
      return addNode(draft, 'MaxPool', [addConv(draft, 'a', 'x', [3, 4])], pool, 'pool');
    });
    const { grids } = plan(proto, {
      x: { min: 0, max: 1 },
      a_out: symmetric(4),
      pool_out: symmetric(3),
      last_out: symmetric(1),
    });
    expect(grids.get('pool_out')).toEqual(grids.get('a_out'));
  });

  it('spends no grid points where SiLU rounds to zero anyway', () => {
    const proto = model((draft) => addSilu(draft, addConv(draft, 'a', 'x', [3, 4])));
    const output = proto.graph?.node[2]?.output[0] ?? '';
    const ranges = { x: { min: 0, max: 1 }, a_out: { min: -140, max: 20 }, sigmoid_1_out: { min: 0, max: 1 } };
    const { grids } = plan(proto, { ...ranges, [output]: { min: -0.28, max: 20 }, last_out: symmetric(1) });
    const step = grids.get(output)?.scale ?? 0;
    const grid = grids.get('a_out');
    const lowest = -(grid?.zeroPoint ?? 0) * (grid?.scale ?? 0);
    expect(lowest).toBeLessThan(-3);
    expect(lowest).toBeGreaterThan(-10);
    // What is cut off rounds to zero, even where the rounding of the input moves it up by half a step.
    expect(Math.abs(silu(lowest + (grid?.scale ?? 0) / 2))).toBeLessThan(step / 2);
  });
});

describe('siluFadesBelow', () => {
  it('is where x * sigmoid(x) is as small as asked for', () => {
    for (const error of [0.2, 0.05, 0.01, 1e-4]) expect(silu(siluFadesBelow(error))).toBeCloseTo(-error, 6);
  });

  it('stops at the minimum of SiLU for larger errors', () => {
    expect(siluFadesBelow(1)).toBeCloseTo(-1.2785, 3);
  });
});
