import { TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { LayerInfo } from '../../../models/types.ts';
import { CellBar, type TableColumn, VirtualTable } from '../../components/VirtualTable.tsx';
import { formatCount, formatPercent, formatShape } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import styles from './LayersTable.module.css';
import { type LayerColumn, type LayerOrder, sortLayers } from './sortLayers.ts';

/** Every layer of a model, to be sorted and searched. */
export function LayersTable({ layers }: { readonly layers: readonly LayerInfo[] }) {
  const text = useText();
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<LayerOrder | null>(null);
  const rows = useMemo(() => sortLayers(layers, order, filter), [layers, order, filter]);
  const most = useMemo(() => layers.reduce((highest, { macs }) => Math.max(highest, macs), 1), [layers]);
  const columns: readonly TableColumn<LayerColumn>[] = [
    { id: 'name', title: text.models.layerName },
    { id: 'operator', title: text.models.layerOperator, width: 92 },
    { id: 'outputShape', title: text.models.layerShape, width: 150, isNumber: true },
    { id: 'parameters', title: text.models.parameters, width: 104, isNumber: true },
    { id: 'macs', title: text.models.macs, width: 136, isNumber: true },
    { id: 'sparsity', title: text.models.sparsity, width: 84, isNumber: true },
  ];
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
      <VirtualTable
        label={text.models.layers}
        columns={columns}
        rows={rows}
        order={order}
        onOrder={setOrder}
        cells={(layer) => [
          <span key="name" title={layer.name}>
            {layer.name}
          </span>,
          <span key="operator" className="dim">
            {layer.operator}
          </span>,
          formatShape(layer.outputShape),
          layer.parameters > 0 ? formatCount(layer.parameters) : '',
          layer.macs > 0 && (
            <>
              <CellBar share={layer.macs / most} />
              {formatCount(layer.macs)}
            </>
          ),
          layer.parameters > 0 ? formatPercent(layer.sparsity) : '',
        ]}
      />
    </section>
  );
}
