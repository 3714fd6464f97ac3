import { describe, expect, it } from 'vitest';
import { addConv, addNode, addSilu, declareTensor, finishModel, startDraft } from '../testing/draft.ts';
import { isLayer } from './operators.ts';
import { factsOfModel, selectNodes } from './select.ts';
import { stemOf } from './stemGuard.ts';

/** stem (1 to 2 channels) → SiLU → widen (2 to `width`) → SiLU → last (`width` to `width`), all 1 x 1 on 4 x 4. */
function funnel(width: number, size: number | string = 4) {
  const draft = startDraft(1);
  const stem = addSilu(draft, addConv(draft, 'stem', 'x', [1, 2]));
  const widened = addSilu(draft, addConv(draft, 'widen', stem, [2, width]));
  addNode(draft, 'Sigmoid', [addConv(draft, 'last', widened, [width, width])], {}, 'scores', 'y');
  return finishModel(draft, {
    inputs: [declareTensor('x', [1, 1, size, size])],
    outputs: [declareTensor('y', [1, width, size, size])],
  });
}

const names = (nodes: Iterable<{ readonly name: string }>) => [...nodes].map(({ name }) => name);

describe('stemOf', () => {
  it('takes first layers as long as they are a tenth of the work and a hundredth of the weights, by hand', () => {
    // Width 10: 2 + 20 + 100 weights, and work in the same proportion: 2 of 122 weights are more than a hundredth.
    expect(names(stemOf(factsOfModel(funnel(10))))).toEqual([]);
    // Width 20: 2 + 40 + 400 = 442, a hundredth is 4.42: the first fits, the second (42) does not.
    expect(names(stemOf(factsOfModel(funnel(20))))).toEqual(['stem']);
    // Width 250: 2 + 500 + 62,500, a hundredth is 630: both fit.
    expect(names(stemOf(factsOfModel(funnel(250))))).toEqual(['stem', 'widen']);
  });

  it('is empty where the work is not known', () => {
    expect(names(stemOf(factsOfModel(funnel(250, 'side'))))).toEqual([]);
  });

  it('keeps also what lies between its layers in float, and says why', () => {
    const facts = factsOfModel(funnel(250));
    const { lowered, float } = selectNodes(facts, { headGuard: true, stemGuard: true, keep: [] });
    expect(names([...lowered].filter(isLayer))).toEqual(['last']);
    expect(facts.graph.node.filter((node) => lowered.has(node) && !isLayer(node))).toEqual([]);
    expect(float.filter(({ why }) => why.startsWith('stem guard')).map(({ node }) => node.name)).toEqual([
      'stem',
      'widen',
    ]);
  });
});
