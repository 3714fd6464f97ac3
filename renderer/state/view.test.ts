import { describe, expect, it } from 'vitest';
import type { Project, Variant } from '../../electron/contract.ts';
import { makeVariant } from '../testing/fakeModels.ts';
import { reconcile, sameTarget, useView } from './view.ts';

const original = makeVariant({ id: 'a', parentId: null, name: 'a' });
const child = makeVariant({ id: 'b', parentId: 'a', name: 'b' });
const classifier = makeVariant({ id: 'c', parentId: null, name: 'c', inspection: { detector: null } });
const view = useView.getInitialState();

function project(variants: readonly Variant[], images: readonly string[] = []): Project {
  return {
    variants,
    images: images.map((path) => ({ path, url: path, thumbnailUrl: path, name: path })),
    datasets: [],
    comparisons: {},
  };
}

describe('reconcile', () => {
  it('chooses the first runnable original, the newest model and the first picture where nothing is chosen', () => {
    expect(reconcile(view, project([classifier, original, child], ['1.jpg', '2.jpg']))).toMatchObject({
      baselineId: 'a',
      selectedId: 'b',
      imagePath: '1.jpg',
      variantIds: [],
    });
  });

  it('keeps what is chosen and still there', () => {
    const chosen = { ...view, baselineId: 'b', variantIds: ['a'], selectedId: 'c', imagePath: '2.jpg' };
    const kept = reconcile(chosen, project([original, child, classifier], ['1.jpg', '2.jpg']));
    expect(kept).toMatchObject({ baselineId: 'b', variantIds: ['a'], selectedId: 'c', focusedId: 'a' });
    expect(kept).not.toHaveProperty('view');
  });

  it('lets go of what has gone or cannot run', () => {
    const chosen = { ...view, baselineId: 'gone', variantIds: ['b', 'c', 'gone'], imagePath: 'gone.jpg' };
    expect(reconcile(chosen, project([original, child, classifier]))).toMatchObject({
      baselineId: 'a',
      variantIds: ['b'],
      imagePath: null,
    });
  });

  it('never compares a model with itself', () => {
    const chosen = { ...view, baselineId: 'gone', variantIds: ['a', 'b'] };
    expect(reconcile(chosen, project([original, child])).variantIds).toEqual(['b']);
  });
});

describe('sameTarget', () => {
  it('compares model, kind and place', () => {
    const cell = { kind: 'cell', variantId: 'a', cell: { level: 0, row: 1, column: 2 } } as const;
    const box = { kind: 'box', variantId: 'a', candidate: 3 } as const;
    expect(sameTarget(cell, { ...cell, cell: { ...cell.cell } })).toBe(true);
    expect(sameTarget(cell, { ...cell, cell: { ...cell.cell, row: 2 } })).toBe(false);
    expect(sameTarget(box, { ...box, variantId: 'b' })).toBe(false);
    expect(sameTarget(box, cell)).toBe(false);
    expect(sameTarget(null, box)).toBe(false);
    expect(sameTarget(null, null)).toBe(true);
  });
});
