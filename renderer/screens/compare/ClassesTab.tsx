import { useMemo, useState } from 'react';
import { findEvaluatedClass } from '../../../models/geometry/evaluatedClass.ts';
import type { ClassAgreement, ComparedModel } from '../../../models/types.ts';
import { CellBar, type TableColumn, type TableOrder, VirtualTable } from '../../components/VirtualTable.tsx';
import { goodAgreement } from '../../figures.ts';
import { type Delta, formatGain } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { setPictureFilter } from '../../state/pictureFilter.ts';
import { useCompared } from './compared.ts';
import dock from './Dock.module.css';
import { useFocusedModel } from './focused.ts';
import { NotCompared } from './NotCompared.tsx';

type ClassColumn = keyof Omit<ClassAgreement, 'classId'>;

/** Agreement class by class; a click lists the pictures on which that class differs. */
export function ClassesTab() {
  const text = useText();
  const [baseline] = useCompared().models;
  const model = useFocusedModel();
  const classes = model?.classes;
  const [order, setOrder] = useState<TableOrder<ClassColumn> | null>({ column: 'f1', descending: false });
  const rows = useMemo(() => sortClasses(classes ?? [], order), [classes, order]);
  const most = useMemo(() => rows.reduce((highest, { lost, extra }) => Math.max(highest, lost + extra), 1), [rows]);
  if (!classes) return <NotCompared />;
  const isLabelled = model?.evaluation !== undefined;
  /** AP of a class against the labels: of the model in focus, and how much it differs from the baseline's. */
  const precisionOf = (one: Pick<ClassAgreement, 'classId' | 'className'>) => {
    const read = (figures: ComparedModel | undefined) =>
      findEvaluatedClass(figures?.evaluation, one, classes)?.AP ?? null;
    const [before, after] = [read(baseline), read(model)];
    return { after, delta: before === null || after === null ? null : formatGain(after - before, 3) };
  };
  const columns: readonly TableColumn<ClassColumn | 'ap'>[] = [
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
        onOrder={(next) => setOrder(next && next.column !== 'ap' ? { ...next, column: next.column } : null)}
        onPick={({ classId }) => setPictureFilter({ classId })}
        cells={({ classId, className, matched, lost, extra, f1 }) => [
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
          ...(isLabelled ? [<Precision key="ap" {...precisionOf({ classId, className })} />] : []),
        ]}
      />
    </div>
  );
}

function Precision({ after, delta }: { readonly after: number | null; readonly delta: Delta | null }) {
  if (after === null) return <span className="dim">—</span>;
  return (
    <>
      {after.toFixed(3)}
      {delta && <span className={delta.tone === 'neutral' ? 'dim' : delta.tone}>{`\u2002${delta.text}`}</span>}
    </>
  );
}

function sortClasses(
  classes: readonly ClassAgreement[],
  order: TableOrder<ClassColumn> | null,
): readonly ClassAgreement[] {
  if (order === null) return classes;
  const { column } = order;
  const sign = order.descending ? -1 : 1;
  return classes.toSorted((a, b) =>
    column === 'className'
      ? sign * a.className.localeCompare(b.className, 'en', { numeric: true })
      : sign * (a[column] - b[column]),
  );
}
