import { TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import type { LayerInfo } from '../../../models/types.ts';
import { formatCount, formatPercent, formatShape } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import styles from './LayersTable.module.css';
import { type LayerColumn, type LayerOrder, sortLayers } from './sortLayers.ts';

const rowHeight = 26;
const columns: readonly LayerColumn[] = ['name', 'operator', 'outputShape', 'parameters', 'macs', 'sparsity'];

/** Every layer of a model; only the rows in sight exist. */
export function LayersTable({ layers }: { readonly layers: readonly LayerInfo[] }) {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<LayerOrder | null>(null);
  const rows = useMemo(() => sortLayers(layers, order, filter), [layers, order, filter]);
  const most = useMemo(() => layers.reduce((highest, { macs }) => Math.max(highest, macs), 1), [layers]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const names: Readonly<Record<LayerColumn, string>> = {
    name: text.models.layerName,
    operator: text.models.layerOperator,
    outputShape: text.models.layerShape,
    parameters: text.models.parameters,
    macs: text.models.macs,
    sparsity: text.models.sparsity,
  };
  return (
    <section className={styles.layers} aria-label={text.models.layers}>
      <header>
        <h2>{text.models.layerCount(rows.length, layers.length)}</h2>
        <TextInput
          aria-label={text.models.filterLayers}
          placeholder={text.models.filterLayers}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          w={200}
        />
      </header>
      <div ref={scroller} className={styles.scroller}>
        <table aria-rowcount={rows.length + 1}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={order?.column !== column ? 'none' : order.descending ? 'descending' : 'ascending'}
                >
                  <button type="button" onClick={() => setOrder(nextOrder(order, column))}>
                    {names[column]}
                    {order?.column === column &&
                      (order.descending ? (
                        <IconArrowDown size={12} aria-hidden />
                      ) : (
                        <IconArrowUp size={12} aria-hidden />
                      ))}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Spacer height={items[0]?.start ?? 0} />
            {items.map((item) => {
              const layer = rows[item.index];
              return layer && <Row key={item.key} layer={layer} rowIndex={item.index + 2} most={most} />;
            })}
            <Spacer height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Stands for the rows out of sight. */
function Spacer({ height }: { readonly height: number }) {
  return height > 0 ? <tr aria-hidden style={{ height }} /> : null;
}

function Row(props: { readonly layer: LayerInfo; readonly rowIndex: number; readonly most: number }) {
  const { layer } = props;
  return (
    <tr aria-rowindex={props.rowIndex}>
      <td title={layer.name}>{layer.name}</td>
      <td className="dim">{layer.operator}</td>
      <td>{formatShape(layer.outputShape)}</td>
      <td>{layer.parameters > 0 ? formatCount(layer.parameters) : ''}</td>
      <td>
        {layer.macs > 0 && (
          <>
            <i style={{ width: `${Math.round((56 * layer.macs) / props.most)}px` }} aria-hidden />
            {formatCount(layer.macs)}
          </>
        )}
      </td>
      <td>{layer.parameters > 0 ? formatPercent(layer.sparsity) : ''}</td>
    </tr>
  );
}

/** First click sorts, the second turns round, the third gives the order of the graph back. */
function nextOrder(order: LayerOrder | null, column: LayerColumn): LayerOrder | null {
  const numeric = column === 'parameters' || column === 'macs' || column === 'sparsity';
  if (order?.column !== column) return { column, descending: numeric };
  return order.descending === numeric ? { column, descending: !numeric } : null;
}
