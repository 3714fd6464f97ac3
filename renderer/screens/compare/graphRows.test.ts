import { describe, expect, it } from 'vitest';
import { makeGraphDifference } from '../../testing/fakeDifferences.ts';
import { graphRows } from './graphRows.ts';

const report = makeGraphDifference();
const all = { kinds: [], text: '' } as const;

describe('graphRows', () => {
  it('begins with the stages that differ, folded', () => {
    const rows = graphRows(report, all, new Set());
    // Five of the backbone and three of the neck; the head is the same.
    expect(rows.map(({ level }) => level)).toEqual(Array(8).fill('stage'));
    // Three layers, each with a pair of rounding nodes.
    expect(rows[0]).toMatchObject({ stage: { part: 'backbone', stride: 2 }, count: 9 });
  });

  it('unfolds a stage into kinds of nodes, and these into nodes', () => {
    const stage = graphRows(report, all, new Set(['backbone 2'])).slice(0, 4);
    expect(stage).toMatchObject([
      { level: 'stage' },
      { level: 'operator', kind: 'changed', operator: 'Conv', count: 3 },
      { level: 'operator', kind: 'added', operator: 'QuantizeLinear', count: 3 },
      { level: 'operator', kind: 'added', operator: 'DequantizeLinear', count: 3 },
    ]);
    const key = stage[1]?.key ?? '';
    const open = graphRows(report, all, new Set(['backbone 2', key]));
    expect(open[2]).toMatchObject({ level: 'node', kind: 'changed', node: { name: '/model.0/cv0/conv/Conv' } });
    expect(open).toHaveLength(8 + 3 + 3);
  });

  it('shows what is searched without unfolding', () => {
    const rows = graphRows(report, { kinds: ['added'], text: 'model.1/cv2' }, new Set());
    expect(rows.map(({ level }) => level)).toEqual(['stage', 'operator', 'node', 'operator', 'node']);
  });
});
