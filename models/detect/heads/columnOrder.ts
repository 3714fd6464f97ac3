import type { RowLayout } from '../../types.ts';
import type { ModelFacts, OutputFacts } from './head.ts';
import { joinedColumns, kindOfValue } from './valueOrigin.ts';

type Columns = RowLayout['columns'];

/**
 * The meaning of the columns of finished boxes, [K, width], from the parts that the graph joins: four values are the box, a
 * number is the class (of two numbers the first is that of the picture), anything else is the score. Null where the graph
 * does not tell. Parts behind these are left out.
 */
export function columnsInGraph(model: ModelFacts, { name }: OutputFacts, width: number): Columns | null {
  const kinds = joinedColumns(model, name, width)?.map((part) => {
    if (part.width === 4) return 'box';
    return part.width === 1 ? kindOfValue(model, part.tensor) : null;
  });
  const known = kinds?.slice(0, lengthOfBox(kinds)) ?? [];
  const numbers = known.filter((kind) => kind === 'number').length;
  const columns = known.flatMap((kind, index): Columns[number][] => {
    if (kind !== 'number') return kind === null ? [] : [kind];
    return [numbers > 1 && index === known.indexOf('number') ? 'batch' : 'class'];
  });
  return areBoxes(columns) ? columns : null;
}

/** How many parts belong to box, score and class: what follows them, such as an angle, may look like another score. */
function lengthOfBox(kinds: readonly (string | null)[]): number {
  const needed = ['box', 'score', 'number'].map((kind) => kinds.indexOf(kind));
  const unknown = kinds.indexOf(null);
  if (unknown !== -1) return unknown;
  if (needed.includes(-1)) return kinds.length;
  const end = 1 + Math.max(...needed);
  // A second number is the class behind the picture's.
  return kinds[end] === 'number' ? end + 1 : end;
}

const words: readonly (readonly [RegExp, Columns[number]])[] = [
  [/^batch/, 'batch'],
  [/^(class|label|cls)/, 'class'],
  [/^(score|conf)/, 'score'],
  [/^(x1y1x2y2|x0y0x1y1|xyxy)/, 'box'],
];

/** The same from the name of an output that lists its columns, such as "batchno_classid_score_x1y1x2y2". */
export function columnsInName({ name }: OutputFacts): Columns | null {
  const columns = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap((word) => words.filter(([pattern]) => pattern.test(word)).map(([, column]) => column));
  return areBoxes(columns) ? columns : null;
}

/** One box and one class each, and perhaps a score. */
function areBoxes(columns: Columns): boolean {
  const times = (name: Columns[number]) => columns.filter((column) => column === name).length;
  return times('box') === 1 && times('class') === 1 && times('score') <= 1 && times('batch') <= 1;
}
