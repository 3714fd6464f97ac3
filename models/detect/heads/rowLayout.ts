import type { DetectorSpec, RowLayout } from '../../types.ts';
import { columnsInGraph, columnsInName } from './columnOrder.ts';
import { extrasOfCount, findExtraValues } from './extraValues.ts';
import type { ModelFacts, OutputFacts } from './head.ts';
import { usualRows } from './rows.ts';
import { joinedColumns, relativeBox } from './valueOrigin.ts';

/** Values of a row of box, score and class. */
export const plainWidth = 6;

/** How the rows of an output are laid out, and how that is known. */
interface LayoutReading {
  readonly rows: RowLayout;
  readonly extraValues?: DetectorSpec['extraValues'];
  /** Whether the graph itself or the output's name tells the order of the columns. */
  readonly isInGraph: boolean;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * The columns of finished boxes [K, width]: from the graph, else from the name of the output, else `usual`, the convention of
 * the family.
 * @returns null where the rows are wider than the columns that are known
 */
export function readLayout(
  model: ModelFacts,
  output: OutputFacts,
  width: number,
  usual = usualRows.columns,
): LayoutReading | null {
  const inGraph = columnsInGraph(model, output, width);
  const inName = columnsInName(output);
  const columns = inGraph ?? inName ?? usual;
  const known = columns.length + 3;
  const extras = width === known ? null : findRowExtras(model, output, width, known);
  if (width < known || (width > known && extras === null)) return null;
  const isRotated = extras?.extraValues.holds === 'angle';
  const box = joinedColumns(model, output.name, width)?.find((part) => part.width === 4)?.tensor;
  const relative = box === undefined ? null : relativeBox(model, box);
  const rows: RowLayout = {
    columns: isRotated ? [...columns, 'angle'] : columns,
    box: isRotated ? 'centre-size' : (relative ?? 'x1y1x2y2'),
    units: relative === null ? 'pixels' : 'relative',
  };
  const order = columns.join(', ');
  return {
    rows,
    ...(extras === null ? {} : { extraValues: extras.extraValues }),
    isInGraph: inGraph !== null || inName !== null,
    evidence: [
      inGraph !== null
        ? `The graph joins the values of a box in the order ${order}.`
        : inName !== null
          ? `The name of the output gives the order of its values: ${order}.`
          : `The values of a box are taken in the usual order: ${order}.`,
      ...(relative === null ? [] : [relativeEvidence]),
      ...(extras?.evidence ?? []),
    ],
    warnings: extras?.warnings ?? [],
  };
}

export const relativeEvidence = 'Boxes come from a sigmoid and nothing scales them: they are shares of the input size.';

/** What rows hold behind box, score and class. */
function findRowExtras(model: ModelFacts, output: OutputFacts, width: number, known: number) {
  const extras = findExtraValues(model, output, width, known - 1, 1) ?? extrasInGraph(model, output, width, known);
  return extras?.extraValues.count === width - known ? extras : null;
}

/** A last part that the graph joins behind the columns that are known. */
function extrasInGraph(model: ModelFacts, output: OutputFacts, width: number, known: number) {
  const last = joinedColumns(model, output.name, width)?.at(-1)?.width;
  return last === width - known ? extrasOfCount(last) : null;
}

/** "x1, y1, x2, y2, score, class" for a layout. */
export function describeColumns({ columns, box }: RowLayout): string {
  const values = { x1y1x2y2: 'x1, y1, x2, y2', y1x1y2x2: 'y1, x1, y2, x2', 'centre-size': 'x, y, width, height' }[box];
  return columns.map((column) => (column === 'box' ? values : column)).join(', ');
}
