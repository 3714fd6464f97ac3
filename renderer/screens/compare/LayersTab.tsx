import { Button, Loader, TextInput } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { LayersReport } from '../../../models/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { CellBar, type TableColumn, type TableOrder, VirtualTable } from '../../components/VirtualTable.tsx';
import { fileName, formatShape } from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { askLayers, pairKey, useDifferences } from '../../state/differences.ts';
import { useView } from '../../state/view.ts';
import dock from './Dock.module.css';
import { type LayerRow, type LayerRowColumn, layerRows, sortLayerRows } from './layerRows.ts';
import { NotCompared } from './NotCompared.tsx';

/** How far each layer's result lies from the baseline's, on the picture that is shown when the tab is opened or asked for. */
export function LayersTab() {
  const text = useText();
  const baselineId = useView((state) => state.baselineId);
  const variantId = useView((state) => state.focusedId);
  const imagePath = useView((state) => state.imagePath);
  const [measuredPath, setMeasuredPath] = useState(imagePath);
  const key = baselineId && variantId && measuredPath ? pairKey(baselineId, variantId, measuredPath) : '';
  const answer = useDifferences((state) => state.layers.get(key));
  const missing = answer === undefined;
  useEffect(() => {
    if (missing && baselineId && variantId && measuredPath) void askLayers(baselineId, variantId, measuredPath);
  }, [missing, baselineId, variantId, measuredPath]);
  if (!baselineId || !variantId || !imagePath) return <NotCompared />;
  const measureHere = imagePath !== measuredPath && (
    <Button variant="default" size="compact-xs" onClick={() => setMeasuredPath(imagePath)}>
      {text.dock.measureHere}
    </Button>
  );
  if (answer?.state === 'failed') {
    return (
      <div className={dock.empty}>
        <ErrorNotice
          error={answer.error}
          retry={() => void askLayers(baselineId, variantId, measuredPath ?? imagePath)}
        />
        {measureHere}
      </div>
    );
  }
  if (answer?.state !== 'ready') {
    return (
      <div className={dock.empty} role="status">
        <p>
          <Loader size={14} /> {text.dock.measuringLayers}
        </p>
      </div>
    );
  }
  return <Layers report={answer.value}>{measureHere}</Layers>;
}

/** Above this a layer's noise cannot be seen in any box; below the other it may well be. */
const fineFrom = 40;
const poorBelow = 15;

function Layers({ report, children }: { readonly report: LayersReport; readonly children: React.ReactNode }) {
  const text = useText();
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<TableOrder<LayerRowColumn> | null>({ column: 'sqnr', descending: false });
  const all = useMemo(() => layerRows(report), [report]);
  const rows = useMemo(() => sortLayerRows(all, order, filter), [all, order, filter]);
  const columns: readonly TableColumn<LayerRowColumn | 'shape'>[] = [
    { id: 'place', title: '#', width: 64, isNumber: true },
    { id: 'name', title: text.models.layerName },
    { id: 'operator', title: text.models.layerOperator, width: 130 },
    { id: 'shape', title: text.models.layerShape, width: 150, isNumber: true, isUnsorted: true },
    { id: 'sqnr', title: text.dock.sqnr, width: 180, isNumber: true },
  ];
  return (
    <div className={dock.column}>
      <div className={dock.tools}>
        <h2 title={text.dock.sqnrLong}>
          {text.dock.layerSummary(report.layers.length, report.unmatched.length, fileName(report.image))}
        </h2>
        {children}
        <TextInput
          aria-label={text.models.filterLayers}
          placeholder={text.models.filterLayers}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          w={170}
        />
      </div>
      <VirtualTable
        label={text.dock.layers}
        columns={columns}
        rows={rows}
        order={order}
        onOrder={(next) => setOrder(next && next.column !== 'shape' ? { ...next, column: next.column } : null)}
        cells={(row) => [
          row.unmatched ? '' : row.place,
          <span key="name" title={row.name}>
            {row.name}
          </span>,
          <span key="operator" className="dim">
            {row.operator}
          </span>,
          row.shape.length === 0 ? '' : formatShape(row.shape),
          <Distance key="sqnr" row={row} />,
        ]}
      />
    </div>
  );
}

function Distance({ row }: { readonly row: LayerRow }) {
  const text = useText();
  if (row.unmatched) return <span className="dim">{describeUnmatched(row.unmatched, text)}</span>;
  if (row.sqnr === null) return <span className="bad">{text.dock.notFinite}</span>;
  if (row.sqnr >= 150) return <span className="dim">{text.dock.same}</span>;
  const isPoor = row.sqnr < poorBelow;
  // The longer the bar, the more noise.
  const share = Math.min(1, Math.max(0.02, 1 - row.sqnr / (1.5 * fineFrom)));
  return (
    <>
      <CellBar share={share} tone={isPoor ? 'bad' : 'neutral'} />
      <span className={isPoor ? 'bad' : undefined}>{`${row.sqnr.toFixed(1)}\u00a0dB`}</span>
    </>
  );
}

function describeUnmatched({ of, why }: NonNullable<LayerRow['unmatched']>, { dock: words }: Dictionary): string {
  switch (why) {
    case 'missing':
      return of === 'baseline' ? words.onlyBaseline : words.onlyVariant;
    case 'shape':
      return words.otherShape;
    case 'type':
      return words.otherType;
  }
}
