import { boxAt } from '../../../models/geometry/box.ts';
import type { CandidateSet } from '../../../models/types.ts';
import { type Fact, Facts } from '../../components/Facts.tsx';
import { Section } from '../../components/Section.tsx';
import { formatSigned } from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { type Cell, candidatesOfCell, cellOfCandidate, distancesInCells, heatOfCell } from '../../overlay/cells.ts';
import { counterpart } from '../../overlay/scene.ts';
import { countSuppressed } from '../../overlay/selection.ts';
import { useView } from '../../state/view.ts';
import styles from './Compare.module.css';
import type { Shown, ShownModel } from './shown.ts';

/** The raw numbers behind the box or cell under the pointer, or the one that was clicked. */
export function TargetDetails({ models }: { readonly models: readonly ShownModel[] }) {
  const text = useText();
  const target = useView((state) => state.hovered ?? state.pinned);
  const own = models.find(({ variant }) => variant?.id === target?.variantId);
  if (!target || !own?.shown) return <p className={styles.note}>{text.compare.hoverHint}</p>;
  if (target.kind === 'cell') return <CellDetails shown={own.shown} cell={target.cell} />;
  return <BoxDetails shown={own.shown} candidate={target.candidate} others={models.filter((model) => model !== own)} />;
}

function BoxDetails(props: {
  readonly shown: Shown;
  readonly candidate: number;
  readonly others: readonly ShownModel[];
}) {
  const text = useText();
  const { look, boxes } = props.shown;
  const { candidates, placement } = look;
  const classId = candidates.classIds[props.candidate] ?? 0;
  const className = look.classNames[classId] ?? String(classId);
  const raw = boxAt(candidates.boxes, props.candidate);
  const cell = cellOfCandidate(candidates, props.candidate);
  const level = cell && look.levels[cell.level];
  const suppressed = countSuppressed(boxes.selection, props.candidate);
  const facts: Fact[] = [
    [text.compare.score, (candidates.scores[props.candidate] ?? 0).toFixed(3)],
    cell && level ? [text.compare.cell, text.compare.cellAt(level.stride, cell.row, cell.column)] : null,
    cell && level ? [text.compare.distances, spaced(distancesInCells(raw, level.stride, cell, placement), 1)] : null,
    [text.compare.corners, spaced(raw, 0)],
    look.nmsInGraph ? null : [text.compare.suppressed, text.compare.suppressedCount(suppressed)],
    ...props.others.map(({ variant, shown }): Fact => {
      if (!variant || !shown) return null;
      const found = counterpart({ box: raw, classId }, shown.boxes.boxes);
      return [text.compare.counterpart(variant.name), describeCounterpart(found, classId, text)];
    }),
  ];
  return (
    <>
      <Section title={text.compare.selectedBox(className)}>
        <Facts facts={facts} />
      </Section>
      <Section title={text.compare.why}>
        <p className={styles.note}>
          {level
            ? text.compare.whyText(level.rows, level.columns, suppressed)
            : (look.gridUnavailableBecause ?? text.compare.noCellText)}
        </p>
      </Section>
    </>
  );
}

function describeCounterpart(found: ReturnType<typeof counterpart>, classId: number, { compare }: Dictionary) {
  if (!found) return <span className="bad">{compare.counterpartLost}</span>;
  const text = compare.counterpartFound(found.shown.score.toFixed(3), found.iou.toFixed(2));
  if (found.shown.classId === classId) return text;
  return <span className="bad">{`${compare.counterpartOther(found.shown.className)} ${text}`}</span>;
}

/** Several candidates of an anchor head's cell are listed, at most so many. */
const listedCandidates = 3;

function CellDetails({ shown, cell }: { readonly shown: Shown; readonly cell: Cell }) {
  const text = useText();
  const confidence = useView((state) => state.confidence);
  const { look } = shown;
  const level = look.levels[cell.level];
  const heat = heatOfCell(look, cell);
  if (!level || !heat) return null;
  const found = candidatesOfCell(look.candidates, cell);
  const nameOf = (id: number) => look.classNames[id] ?? String(id);
  const [best] = found;
  const facts: Fact[] = [
    [text.compare.cell, text.compare.cellAt(level.stride, cell.row, cell.column)],
    [text.compare.predicts, nameOf(best === undefined ? heat.classId : (look.candidates.classIds[best] ?? 0))],
    [text.compare.heatValue, heat.score.toFixed(3)],
    [text.compare.cellCandidates, found.length],
    best === undefined
      ? null
      : [
          text.compare.distances,
          spaced(distancesInCells(boxAt(look.candidates.boxes, best), level.stride, cell, look.placement), 1),
        ],
    ...found.slice(0, listedCandidates).map((candidate, index): Fact => {
      const name = found.length > 1 ? `${text.compare.outcome} ${index + 1}` : text.compare.outcome;
      return [name, outcome(shown, candidate, confidence, text)];
    }),
  ];
  return (
    <Section title={text.compare.selectedCell}>
      <Facts facts={facts} />
      <p className={styles.note}>
        {best === undefined ? text.compare.quietCell : text.compare.cellText(heat.score.toFixed(2))}
      </p>
    </Section>
  );
}

function outcome({ look, boxes }: Shown, candidate: number, confidence: number, { compare }: Dictionary): string {
  const by = boxes.selection.suppressedBy[candidate] ?? -1;
  if (by >= 0) return compare.outcomeSuppressed(nameOfCandidate(look.candidates, by, look.classNames));
  const kept = boxes.boxes.some((shown) => shown.candidate === candidate);
  if (kept) return compare.outcomeKept;
  const score = look.candidates.scores[candidate] ?? 0;
  return score <= confidence ? compare.outcomeWeak : compare.suppressed;
}

function nameOfCandidate(candidates: CandidateSet, index: number, classNames: readonly string[]): string {
  const classId = candidates.classIds[index] ?? 0;
  return `${classNames[classId] ?? classId} ${(candidates.scores[index] ?? 0).toFixed(2)}`;
}

function spaced(values: readonly number[], decimals: number): string {
  return values.map((value) => formatSigned(value, decimals).replace('+', '')).join('\u2002');
}
