import type { DetectorSpec } from '../../../models/types.ts';
import type { Dictionary } from '../../i18n/en.ts';

/** What the explanation of a grid speaks of. */
export interface GridFacts {
  readonly spec: Pick<DetectorSpec, 'family' | 'input' | 'classes' | 'activation' | 'strides' | 'nmsInGraph'>;
  readonly anchorsPerCell: number;
  readonly levels: readonly { readonly stride: number; readonly rows: number; readonly columns: number }[];
  readonly confidence: number;
  /** Candidates above the confidence. */
  readonly passing: number;
  /** Boxes that are shown. */
  readonly kept: number;
}

/** "a, b and c" */
function join(parts: readonly string[], { grid }: Dictionary): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : grid.and(parts.slice(0, -1).join(', '), last);
}

/** What a newcomer sees when grid or heat are on, in a few short paragraphs that fit the model and the picture. */
export function explainGrid(facts: GridFacts, text: Dictionary): readonly string[] {
  const { spec, levels, anchorsPerCell } = facts;
  const { grid } = text;
  const [height, width] = spec.input.size;
  const strides = levels.map(({ stride }) => stride);
  const finestFirst = [...levels].sort((a, b) => a.stride - b.stride);
  const grids = finestFirst.map(({ columns, rows }) => `${columns}\u00a0×\u00a0${rows}`);
  const total = levels.reduce((sum, { rows, columns }) => sum + anchorsPerCell * rows * columns, 0);
  const classes = grid.classes(spec.classes);
  const isHidden = spec.strides.length === 0;
  const paragraph = (first: string, second: string | null) => (second === null ? first : grid.sentences(first, second));
  return [
    paragraph(
      grid.sees(`${width}\u00a0×\u00a0${height}`, join(grids, text)),
      levels.length > 1 ? grid.sizes(Math.min(...strides), Math.max(...strides)) : null,
    ),
    paragraph(
      anchorsPerCell > 1 ? grid.manyBoxes(anchorsPerCell, classes) : grid.oneBox(classes),
      spec.activation.objectness === 'absent' ? null : grid.product,
    ),
    grid.total(grouped(total), facts.confidence.toFixed(2), grouped(facts.passing)),
    paragraph(afterwards(facts, text), isHidden ? grid.lookedInside : null),
  ];
}

function afterwards({ spec, kept }: GridFacts, { grid }: Dictionary): string {
  if (!spec.nmsInGraph) return grid.neighbours(grouped(kept));
  return spec.family === 'end-to-end' ? grid.oneToOne : grid.inGraph;
}

/** 8,400: with a comma in both languages. */
const grouped = (count: number) => count.toLocaleString('en');
