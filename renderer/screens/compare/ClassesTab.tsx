import { useMemo, useState } from 'react';
import type { ClassAgreement } from '../../../models/types.ts';
import { CellBar, type TableColumn, type TableOrder, VirtualTable } from '../../components/VirtualTable.tsx';
import { goodAgreement } from '../../figures.ts';
import { useText } from '../../i18n/text.ts';
import { setPictureFilter } from '../../state/pictureFilter.ts';
import { useProject } from '../../state/project.ts';
import { useView } from '../../state/view.ts';
import { useCompared } from './compared.ts';
import dock from './Dock.module.css';
import { NotCompared } from './NotCompared.tsx';

type ClassColumn = keyof Omit<ClassAgreement, 'classId'>;

/** Agreement class by class; a click lists the pictures on which that class differs. */
export function ClassesTab() {
  const text = useText();
  const focusedId = useView((state) => state.focusedId);
  const path = useProject(({ project }) => project.variants.find(({ id }) => id === focusedId)?.modelPath);
  const { models } = useCompared();
  const classes = models.find((model) => model.path === path)?.classes;
  const [order, setOrder] = useState<TableOrder<ClassColumn> | null>({ column: 'f1', descending: false });
  const rows = useMemo(() => sortClasses(classes ?? [], order), [classes, order]);
  const most = useMemo(() => rows.reduce((highest, { lost, extra }) => Math.max(highest, lost + extra), 1), [rows]);
  if (!classes) return <NotCompared />;
  const columns: readonly TableColumn<ClassColumn>[] = [
    { id: 'className', title: text.filters.class },
    { id: 'matched', title: text.dock.matched, width: 92, isNumber: true },
    { id: 'lost', title: text.filters.lost, width: 130, isNumber: true },
    { id: 'extra', title: text.filters.extra, width: 92, isNumber: true },
    { id: 'f1', title: text.compare.agreementF1, width: 130, isNumber: true },
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
        cells={({ className, matched, lost, extra, f1 }) => [
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
        ]}
      />
    </div>
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
