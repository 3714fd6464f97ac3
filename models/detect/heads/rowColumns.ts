import { StudioError } from '../../errors.ts';
import type { DetectorSpec, OutputSpec, RowLayout } from '../../types.ts';
import type { OutputValues } from './head.ts';

/** Where one value of each box lies: box `index` has it at `data[start + index * step]`. */
export interface Column {
  readonly data: Float32Array;
  readonly start: number;
  readonly step: number;
}

/** Finished boxes, wherever their values lie. */
export interface Rows {
  readonly count: number;
  /** The first of four values. */
  readonly box: Column;
  /** The score of the box or, without `classId`, that of its first class; those of the others follow. */
  readonly score: Column;
  /** Scores of one box: 1, or one per class and perhaps one for the background. */
  readonly scoresPerBox: number;
  readonly classId: Column | null;
  readonly batch: Column | null;
  readonly angle: Column | null;
}

/**
 * Finds the columns in the outputs of one picture.
 * @throws StudioError `bad-output` where an output is narrower than the layout says
 */
export function findRows(spec: DetectorSpec, layout: RowLayout, outputs: readonly OutputValues[]): Rows {
  const find = (holds: OutputSpec['holds']): OutputValues | undefined =>
    outputs[spec.outputs.findIndex((output) => output.holds === holds)];
  const [boxes, scores, labels, indices] = [find('boxes'), find('scores'), find('classes'), find('indices')];
  const joined = find('predictions');
  const count = find('count')?.data[0];
  if (joined !== undefined) return columnsOf(spec, layout, joined, { scores, labels, count });
  if (boxes === undefined || scores === undefined) return noRows;
  if (indices !== undefined) return gatherRows(boxes, scores, indices);
  const room = Math.floor(boxes.data.length / 4);
  const scoresPerBox = labels === undefined ? (scores.shape.at(-1) ?? 0) : 1;
  checkWidth(spec, 'scores', scores, labels === undefined ? spec.classes : 1);
  const rows = Math.min(room, labels?.data.length ?? room, Math.floor(scores.data.length / Math.max(scoresPerBox, 1)));
  return {
    ...noRows,
    count: filled(count, rows),
    box: { data: boxes.data, start: 0, step: 4 },
    score: { data: scores.data, start: 0, step: scoresPerBox },
    scoresPerBox,
    classId: vector(labels),
  };
}

/** An output of one value a box. */
function vector(output: OutputValues | undefined): Column | null {
  return output === undefined ? null : { data: output.data, start: 0, step: 1 };
}

const noColumn: Column = { data: new Float32Array(0), start: 0, step: 0 };
const noRows: Rows = {
  count: 0,
  box: noColumn,
  score: noColumn,
  scoresPerBox: 1,
  classId: null,
  batch: null,
  angle: null,
};

/** Boxes that an output says are filled; without a count all are. */
function filled(count: number | undefined, rows: number): number {
  return count === undefined ? rows : Math.min(Math.max(Math.round(count), 0), rows);
}

function checkWidth(spec: DetectorSpec, holds: OutputSpec['holds'], { data, shape }: OutputValues, needed: number) {
  if (data.length === 0 || needed === 1 || (shape.at(-1) ?? 0) >= needed) return;
  const name = spec.outputs.find((output) => output.holds === holds)?.name ?? '';
  throw new StudioError(
    'bad-output',
    `Output "${name}" came as [${shape.join(', ')}], but each of its rows should hold ${needed} values.`,
    { hint: 'The graph gives another shape than it declares, or the specification of the head is wrong.' },
  );
}

/** Rows of one output; scores, classes and the count may be in others. */
function columnsOf(
  spec: DetectorSpec,
  { columns }: RowLayout,
  joined: OutputValues,
  {
    scores,
    labels,
    count,
  }: {
    readonly scores: OutputValues | undefined;
    readonly labels: OutputValues | undefined;
    readonly count: number | undefined;
  },
): Rows {
  const { data, shape } = joined;
  const step = shape.at(-1) ?? 0;
  const starts = new Map<string, number>();
  let width = 0;
  for (const column of columns) {
    // Whatever else a row holds comes between the class and the angle.
    starts.set(column, column === 'angle' ? Math.max(width, step - 1) : width);
    width += column === 'box' ? 4 : column === 'classes' ? spec.classes : 1;
  }
  checkWidth(spec, 'predictions', joined, width);
  const column = (name: RowLayout['columns'][number]): Column | null => {
    const start = starts.get(name);
    return start === undefined ? null : { data, start, step };
  };
  const hasEveryClass = starts.has('classes');
  return {
    count: step === 0 ? 0 : filled(count, Math.floor(data.length / step)),
    box: column('box') ?? noColumn,
    score: column(hasEveryClass ? 'classes' : 'score') ?? vector(scores) ?? noColumn,
    scoresPerBox: hasEveryClass ? spec.classes : 1,
    classId: vector(labels) ?? column('class'),
    batch: column('batch'),
    angle: column('angle'),
  };
}

/** Boxes [N, 4] and scores [C, N] by the rows [batch, class, box] that NonMaxSuppression gives. */
function gatherRows(boxes: OutputValues, scores: OutputValues, { data: indices }: OutputValues): Rows {
  const room = Math.floor(boxes.data.length / 4);
  const count = Math.floor(indices.length / 3);
  // Per row: the box, the score, the class, the batch.
  const data = new Float32Array(7 * count);
  for (let row = 0; row < count; row += 1) {
    const [batch = 0, classId = 0, box = 0] = indices.subarray(3 * row, 3 * row + 3);
    for (let side = 0; side < 4; side += 1) data[7 * row + side] = boxes.data[4 * box + side] ?? 0;
    data[7 * row + 4] = scores.data[classId * room + box] ?? 0;
    data[7 * row + 5] = classId;
    data[7 * row + 6] = batch;
  }
  const column = (start: number): Column => ({ data, start, step: 7 });
  return { ...noRows, count, box: column(0), score: column(4), classId: column(5), batch: column(6) };
}
