import { useMemo, useState } from 'react';
import { CellBar, type TableColumn, type TableOrder, VirtualTable } from '../../components/VirtualTable.tsx';
import { goodAgreement } from '../../figures.ts';
import { formatGain } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { setPictureFilter } from '../../state/pictureFilter.ts';
import { type ClassColumn, classRows, sortClassRows } from './classRows.ts';
import { useCompared } from './compared.ts';
import dock from './Dock.module.css';
import { useFocusedModel } from './focused.ts';
import { NotCompared } from './NotCompared.tsx';

/** Agreement class by class; a click lists the pictures on which that class differs. */
export function ClassesTab() {
  const text = useText();
  const [baseline] = useCompared().models;
  const model = useFocusedModel();
  const [order, setOrder] = useState<TableOrder<ClassColumn> | null>({ column: 'f1', descending: false });
  const all = useMemo(() => classRows(model, baseline), [model, baseline]);
  const rows = useMemo(() => sortClassRows(all ?? [], order), [all, order]);
  const most = useMemo(() => rows.reduce((highest, { lost, extra }) => Math.max(highest, lost + extra), 1), [rows]);
  if (all === null) return <NotCompared />;
  const isLabelled = model?.evaluation !== undefined;
  const columns: readonly TableColumn<ClassColumn>[] = [
    { id: 'className', title: text.filters.class },
    { id: 'matched', title: text.dock.matched, width: 92, isNumber: true },
    { id: 'lost', title: text.filters.lost, width: 130, isNumber: true },
    { id: 'extra', title: text.filters.extra, width: 92, isNumber: true },
    { id: 'f1', title: text.compare.agreementF1, width: 130, isNumber: true },
    ...(isLabelled ? [{ id: 'ap' as const, title: text.dock.ap, width: 150, isNumber: true }] : []),
  ];
  return (
    <div className={dock.column}>
      <div className={dock.tools}>
        <h2>{text.dock.classHint}</h2>
      </div>
      <VirtualTable
        label={text.dock.classes}
        columns={columns}
        rows={rows}
        order={order}
        onOrder={setOrder}
        onPick={({ classId }) => setPictureFilter({ classId })}
        cells={({ className, matched, lost, extra, f1, ap, apBefore }) => [
          className,
          matched,
          <span key="lost" className={lost > 0 ? 'bad' : 'dim'}>
            {lost > 0 && <CellBar share={lost / most} tone="bad" />}
            {lost === 0 ? '0' : `−${lost}`}
          </span>,
          <span key="extra" className={extra > 0 ? 'bad' : 'dim'}>
            {extra === 0 ? '0' : `+${extra}`}
          </span>,
          <span key="f1" className={f1 < goodAgreement ? 'bad' : undefined}>
            {f1.toFixed(3)}
          </span>,
          ...(isLabelled ? [<Precision key="ap" before={apBefore} after={ap} />] : []),
        ]}
      />
    </div>
  );
}

/** AP of a class against the labels: of the model in focus, and how much it differs from the baseline's. */
function Precision({ before, after }: { readonly before: number | null; readonly after: number | null }) {
  if (after === null) return <span className="dim">—</span>;
  const delta = before === null ? null : formatGain(after - before, 3);
  return (
    <>
      {after.toFixed(3)}
      {delta && <span className={delta.tone === 'neutral' ? 'dim' : delta.tone}>{`\u2002${delta.text}`}</span>}
    </>
  );
}
