import { describe, expect, it } from 'vitest';
import type { LayersReport } from '../../../models/types.ts';
import { layerRows, sortLayerRows } from './layerRows.ts';

const layer = (name: string, sqnr: number | null) => ({ name, operator: 'Conv', tensor: name, shape: [1], sqnr });
const report: LayersReport = {
  baseline: 'a.onnx',
  variant: 'b.onnx',
  image: 'c.jpg',
  layers: [layer('stem', 40), layer('neck 10', null), layer('neck 9', 12)],
  unmatched: [{ name: 'folded', operator: 'BatchNormalization', tensor: 'f', of: 'baseline', why: 'missing' }],
};
const names = (...choice: Parameters<typeof sortLayerRows> extends [unknown, ...infer Rest] ? Rest : never) =>
  sortLayerRows(layerRows(report), ...choice).map(({ name }) => name);

describe('sortLayerRows', () => {
  it('puts what is not finite before the worst figure, and what was not compared last', () => {
    expect(names({ column: 'sqnr', descending: false }, '')).toEqual(['neck 10', 'neck 9', 'stem', 'folded']);
    expect(names({ column: 'sqnr', descending: true }, '')).toEqual(['stem', 'neck 9', 'neck 10', 'folded']);
  });
  it('sorts names with numbers as people count', () => {
    expect(names({ column: 'name', descending: false }, '')).toEqual(['folded', 'neck 9', 'neck 10', 'stem']);
  });
  it('keeps the order of the graph, and finds by name and operator', () => {
    expect(names(null, '')).toEqual(['stem', 'neck 10', 'neck 9', 'folded']);
    expect(names(null, 'BATCH')).toEqual(['folded']);
  });
});
