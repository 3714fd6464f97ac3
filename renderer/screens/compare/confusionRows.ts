/** A confusion matrix as rows of a table. */
import type { ConfusionPictures, EvaluationFigures } from '../../../models/types.ts';

/** A row or column: a class, or what stands for nothing. Two classes of a dataset may bear one name. */
interface ConfusionClass {
  /** Index of the row or column of `counts`. */
  readonly index: number;
  readonly name: string;
}

interface ConfusionCell {
  readonly truth: ConfusionClass;
  readonly count: number;
  /** Of everything in its column, 0..1. */
  readonly share: number;
  readonly isRight: boolean;
  /** Indices of the pictures it is counted on, and whether there are more; null where that is not known. */
  readonly on: { readonly pictures: readonly number[]; readonly isCut: boolean } | null;
}

interface ConfusionRows {
  /** Of the columns, true classes. */
  readonly classes: readonly ConfusionClass[];
  /** One a predicted class. */
  readonly rows: readonly { readonly predicted: ConfusionClass; readonly cells: readonly ConfusionCell[] }[];
  /** Classes that occur but are not shown. */
  readonly left: number;
}

/** Most classes that are shown, those with most confusions first: a matrix of eighty cannot be read. */
const mostClasses = 24;

/**
 * The classes that occur, most confused first, and nothing at the end.
 * @param nothing what the last row and column are called
 */
export function confusionRows(
  { confusion, perClass }: Pick<EvaluationFigures, 'confusion' | 'perClass'>,
  nothing: string,
): ConfusionRows {
  const { counts, pictures } = confusion;
  const keyOf = (row: number, column: number) => row * (perClass.length + 1) + column;
  const listed = new Map(pictures?.map((cell) => [keyOf(cell.found, cell.truth), cell]));
  const size = perClass.length;
  const at = (row: number, column: number) => counts[row]?.[column] ?? 0;
  const sums = perClass.map((_, own) => {
    let wrong = 0;
    let all = 0;
    for (let other = 0; other <= size; other += 1) {
      all += at(own, other) + at(other, own);
      if (other !== own) wrong += at(own, other) + at(other, own);
    }
    return { own, wrong, all };
  });
  const occurring = sums.filter(({ all }) => all > 0);
  const shown = occurring
    .toSorted((a, b) => b.wrong - a.wrong)
    .slice(0, mostClasses)
    .map(({ own }) => own)
    .concat(size)
    .map((index): ConfusionClass => ({ index, name: perClass[index]?.className ?? nothing }));
  const columnSum = (column: number) => counts.reduce((sum, row) => sum + (row[column] ?? 0), 0);
  return {
    left: Math.max(0, occurring.length - mostClasses),
    classes: shown,
    rows: shown.map((predicted) => ({
      predicted,
      cells: shown.map((truth) => {
        const [row, column] = [predicted.index, truth.index];
        return {
          truth,
          count: at(row, column),
          share: at(row, column) / Math.max(1, columnSum(column)),
          isRight: row === column && row !== size,
          on: readCell(listed.get(keyOf(row, column))),
        };
      }),
    })),
  };
}

function readCell(cell: ConfusionPictures[number] | undefined): ConfusionCell['on'] {
  return cell ? { pictures: cell.pictures, isCut: cell.isCut === true } : null;
}
