import type { LayerInfo } from '../../../models/types.ts';
import type { TableOrder } from '../../components/VirtualTable.tsx';

export type LayerColumn = 'name' | 'operator' | 'outputShape' | 'parameters' | 'macs' | 'sparsity';

export type LayerOrder = TableOrder<LayerColumn>;

/** Elements of a shape, dynamic dimensions counted as 1. */
function elements(shape: LayerInfo['outputShape']): number {
  return shape.reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1);
}

function compare(a: LayerInfo, b: LayerInfo, column: LayerColumn): number {
  switch (column) {
    case 'name':
    case 'operator':
      return a[column].localeCompare(b[column], 'en', { numeric: true });
    case 'outputShape':
      return elements(a.outputShape) - elements(b.outputShape);
    case 'parameters':
    case 'macs':
    case 'sparsity':
      return a[column] - b[column];
  }
}

/** The layers whose name or operator contains the filter; sorted, or in the order of the graph when `order` is null. */
export function sortLayers(
  layers: readonly LayerInfo[],
  order: LayerOrder | null,
  filter: string,
): readonly LayerInfo[] {
  const wanted = filter.trim().toLowerCase();
  const found =
    wanted === ''
      ? layers
      : layers.filter(({ name, operator }) => `${name} ${operator}`.toLowerCase().includes(wanted));
  if (order === null) return found;
  const sign = order.descending ? -1 : 1;
  return found.toSorted((a, b) => sign * compare(a, b, order.column));
}
