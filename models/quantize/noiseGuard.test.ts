import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { addConv, addNode, addSilu, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { setWeights } from '../testing/tinyModels.ts';
import type { Measured } from './calibrate.ts';
import { findDrownedLayers } from './noiseGuard.ts';
import { isLayer } from './operators.ts';
import { factsOfModel, selectNodes } from './select.ts';

/** first → SiLU → second (one weight of 2 an output channel) → SiLU → third, with chosen measurements around `second`. */
function chain(): { proto: ModelProto; input: string; output: string } {
  const draft = startDraft(1);
  const input = addSilu(draft, addConv(draft, 'first', 'x', [3, 2]));
  const output = addSilu(draft, addConv(draft, 'second', input, [2, 2]));
  addNode(draft, 'Sigmoid', [addConv(draft, 'third', output, [2, 2])], {}, 'scores', 'y');
  const proto = finishModel(draft, {
    inputs: [declareTensor('x', [1, 3, 4, 4])],
    outputs: [declareTensor('y', [1, 2, 4, 4])],
  });
  setWeights(proto, 'second.weight', [2, 0, 0, 2]);
  return { proto, input, output };
}

function drowned(range: number, meanSquare: number): [string, string][] {
  const { proto, input, output } = chain();
  const measured = new Map<string, Measured>([
    [input, { min: 0, max: range, meanSquare: 1 }],
    [output, { min: 0, max: 10, meanSquare }],
  ]);
  const facts = factsOfModel(proto);
  const layers = facts.graph.node.filter(isLayer);
  return [...findDrownedLayers(facts, layers, measured)].map(([node, why]) => [node.name, why]);
}

describe('findDrownedLayers', () => {
  it('compares the result with the rounding of the input, by hand', () => {
    // Steps of 1: variance 1/12, times a squared norm of 4 is 1/3. A mean square of 1/3 is 0 dB, ten times that 10 dB.
    expect(drowned(255, 1 / 3)).toEqual([
      ['second', 'rounding its input would leave 0.0 dB of signal over noise'],
      ['first', 'feeds second, which rounding would drown in noise'],
    ]);
    expect(drowned(255, 10 / 3)[0]?.[1]).toContain('10.0 dB');
    expect(drowned(255, 100 / 3)).toEqual([]);
    expect(drowned(25.5, 1 / 3)).toEqual([]);
  });

  it('makes the selection keep both layers and what lies between them float', () => {
    const { proto, input, output } = chain();
    const measured = new Map<string, Measured>([
      [input, { min: 0, max: 255, meanSquare: 1 }],
      [output, { min: 0, max: 10, meanSquare: 1 / 3 }],
    ]);
    const { lowered } = selectNodes(factsOfModel(proto), { headGuard: true, keep: [] }, measured);
    expect([...lowered].map(({ name }) => name)).toEqual(['third']);
  });
});
