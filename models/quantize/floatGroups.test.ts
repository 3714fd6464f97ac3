import { describe, expect, it } from 'vitest';
import { sortNodes } from '../graph/topology.ts';
import { addConv, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { floatGroups } from './floatGroups.ts';
import { isLayer } from './operators.ts';
import { factsOfModel, selectNodes } from './select.ts';

describe('floatGroups', () => {
  it('holds every layer that would be quantized once, in the order in which they run', () => {
    const facts = factsOfModel(tinyV8());
    const selection = selectNodes(facts, { headGuard: true, keep: [] });
    const layers = sortNodes(facts.graph).filter((node) => isLayer(node) && selection.lowered.has(node));
    const groups = floatGroups(facts, selection);
    expect(groups.flatMap(({ outputs }) => outputs)).toEqual(layers.map(({ output }) => output[0]));
    expect(groups.length).toBe(Math.min(8, layers.length));
    expect(groups.every(({ outputs }) => outputs.length > 0)).toBe(true);
  });

  it('weighs a group by its shares of the work and of the weights, by hand', () => {
    // On 4 x 4: 1 x 1 from 1 to 2 channels (2 weights, 32 products), then 3 x 3 from 2 to 1 (18 weights, 16 x 18 products).
    const draft = startDraft(1);
    addConv(draft, 'last', addConv(draft, 'first', 'x', [1, 2]), [2, 1], { kernel: 3 });
    const proto = finishModel(draft, {
      inputs: [declareTensor('x', [1, 1, 4, 4])],
      outputs: [declareTensor('last_out', [1, 1, 4, 4])],
    });
    const facts = factsOfModel(proto);
    const [first, last] = floatGroups(facts, selectNodes(facts, { headGuard: true, keep: [] }));
    expect(first?.cost).toBeCloseTo((2 / 20 + 32 / 320) / 2, 12);
    expect(last?.cost).toBeCloseTo((18 / 20 + 288 / 320) / 2, 12);
  });
});
