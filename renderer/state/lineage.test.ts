import { describe, expect, it } from 'vitest';
import { makeVariant } from '../testing/fakeModels.ts';
import { orderByLineage } from './lineage.ts';

describe('orderByLineage', () => {
  it('puts every variant after its parent, siblings in their order', () => {
    const variants = [
      makeVariant({ id: 'other', parentId: null, name: 'other' }),
      makeVariant({ id: 'root', parentId: null, name: 'root' }),
      makeVariant({ id: 'first', parentId: 'root', name: 'first' }),
      makeVariant({ id: 'second', parentId: 'root', name: 'second' }),
      makeVariant({ id: 'grandchild', parentId: 'first', name: 'grandchild' }),
    ];
    expect(orderByLineage(variants).map(({ variant, depth }) => [variant.id, depth])).toEqual([
      ['other', 0],
      ['root', 0],
      ['first', 1],
      ['grandchild', 2],
      ['second', 1],
    ]);
  });

  it('keeps a variant whose parent was removed', () => {
    const [node] = orderByLineage([makeVariant({ id: 'orphan', parentId: 'gone', name: 'orphan' })]);
    expect(node).toMatchObject({ depth: 0, variant: { id: 'orphan' } });
  });
});
