/** What was measured of every class, as rows of a table. */
import { findEvaluatedClass } from '../../../models/geometry/evaluatedClass.ts';
import type { ClassAgreement, ComparedModel } from '../../../models/types.ts';
import type { TableOrder } from '../../components/VirtualTable.tsx';

interface ClassRow extends ClassAgreement {
  /** Against the labels: of the model in focus, and of the baseline; null where there is none. */
  readonly ap: number | null;
  readonly apBefore: number | null;
}

export type ClassColumn = 'className' | 'matched' | 'lost' | 'extra' | 'f1' | 'ap';

type Measured = Pick<ComparedModel, 'classes' | 'evaluation'>;

/** The classes of a model beside those of the baseline; null where it was not compared. */
export function classRows(model: Measured | undefined, baseline: Measured | undefined): readonly ClassRow[] | null {
  const classes = model?.classes;
  if (classes === undefined) return null;
  return classes.map((one) => ({
    ...one,
    ap: findEvaluatedClass(model?.evaluation, one, classes)?.AP ?? null,
    apBefore: findEvaluatedClass(baseline?.evaluation, one, classes)?.AP ?? null,
  }));
}

/** A class without AP comes behind those that have one, either way. */
function compareAp(a: ClassRow, b: ClassRow, sign: number): number {
  if (a.ap === null || b.ap === null) return Number(a.ap === null) - Number(b.ap === null);
  return sign * (a.ap - b.ap);
}

/** The rows by one of their columns; in the order of the classes where none is asked for. */
export function sortClassRows(rows: readonly ClassRow[], order: TableOrder<ClassColumn> | null): readonly ClassRow[] {
  if (order === null) return rows;
  const { column } = order;
  const sign = order.descending ? -1 : 1;
  switch (column) {
    case 'className':
      return rows.toSorted((a, b) => sign * a.className.localeCompare(b.className, 'en', { numeric: true }));
    case 'ap':
      return rows.toSorted((a, b) => compareAp(a, b, sign));
    default:
      return rows.toSorted((a, b) => sign * (a[column] - b[column]));
  }
}
