import { describe, expect, it } from 'vitest';
import type { LayerInfo } from '../../../models/types.ts';
import { sortLayers } from './sortLayers.ts';

const layer = (name: string, operator: string, macs: number, outputShape: LayerInfo['outputShape']): LayerInfo => ({
  name,
  operator,
  outputShape,
  parameters: macs,
  macs,
  sparsity: 0,
});
const layers = [
  layer('/model.10/conv', 'Conv', 5, [1, 8]),
  layer('/model.2/conv', 'Conv', 9, ['batch', 100]),
  layer('/model.2/act', 'Sigmoid', 0, [1, 50]),
];
const names = (order: Parameters<typeof sortLayers>[1], filter = '') =>
  sortLayers(layers, order, filter).map(({ name }) => name);

describe('sortLayers', () => {
  it('keeps the order of the graph unless asked', () => expect(sortLayers(layers, null, ' ')).toBe(layers));

  it('counts in names: 2 before 10', () => {
    expect(names({ column: 'name', descending: false })).toEqual(['/model.2/act', '/model.2/conv', '/model.10/conv']);
  });

  it('sorts numbers and shapes by size', () => {
    expect(names({ column: 'macs', descending: true })[0]).toBe('/model.2/conv');
    expect(names({ column: 'outputShape', descending: false })[0]).toBe('/model.10/conv');
  });

  it('finds by name or operator', () => {
    expect(names(null, 'sigm')).toEqual(['/model.2/act']);
    expect(names(null, 'model.2')).toHaveLength(2);
  });
});
