/** The layers of a comparison as rows of a table. */
import type { LayersReport, UnmatchedLayer } from '../../../models/types.ts';
import type { TableOrder } from '../../components/VirtualTable.tsx';

export type LayerRowColumn = 'place' | 'name' | 'operator' | 'sqnr';

export interface LayerRow {
  /** Place in the graph of the baseline, from 1; what was not compared comes behind. */
  readonly place: number;
  readonly name: string;
  readonly operator: string;
  readonly shape: readonly number[];
  /** dB; null where a value is not finite, and where the layer was not compared. */
  readonly sqnr: number | null;
  readonly unmatched: Pick<UnmatchedLayer, 'of' | 'why'> | null;
}

/** All layers, those that could not be compared behind. */
export function layerRows({ layers, unmatched }: LayersReport): readonly LayerRow[] {
  return [
    ...layers.map((layer, index): LayerRow => ({ ...layer, place: index + 1, unmatched: null })),
    ...unmatched.map(
      ({ name, operator, of, why }, index): LayerRow => ({
        name,
        operator,
        shape: [],
        sqnr: null,
        place: layers.length + index + 1,
        unmatched: { of, why },
      }),
    ),
  ];
}

/** Not finite is worst; what was not compared comes behind everything that was, either way. */
function compareSqnr(a: LayerRow, b: LayerRow, sign: number): number {
  if (a.unmatched || b.unmatched) return Number(a.unmatched !== null) - Number(b.unmatched !== null);
  const [left, right] = [a.sqnr ?? Number.NEGATIVE_INFINITY, b.sqnr ?? Number.NEGATIVE_INFINITY];
  return left === right ? 0 : sign * (left < right ? -1 : 1);
}

/** The rows whose name or operator contains the filter, sorted. */
export function sortLayerRows(
  rows: readonly LayerRow[],
  order: TableOrder<LayerRowColumn> | null,
  filter: string,
): readonly LayerRow[] {
  const wanted = filter.trim().toLowerCase();
  const found =
    wanted === '' ? rows : rows.filter(({ name, operator }) => `${name} ${operator}`.toLowerCase().includes(wanted));
  if (order === null) return found;
  const { column } = order;
  const sign = order.descending ? -1 : 1;
  switch (column) {
    case 'sqnr':
      return found.toSorted((a, b) => compareSqnr(a, b, sign) || a.place - b.place);
    case 'place':
      return found.toSorted((a, b) => sign * (a.place - b.place));
    case 'name':
    case 'operator':
      return found.toSorted((a, b) => sign * a[column].localeCompare(b[column], 'en', { numeric: true }));
  }
}
