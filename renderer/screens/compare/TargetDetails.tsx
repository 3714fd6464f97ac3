import { boxAt } from '../../../models/geometry/box.ts';
import { type Fact, Facts } from '../../components/Facts.tsx';
import { Section } from '../../components/Section.tsx';
import { formatSigned } from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { cellOfCandidate, distancesInCells } from '../../overlay/cells.ts';
import { fateOf, linksTo } from '../../overlay/fate.ts';
import { type Counterpart, counterpart } from '../../overlay/scene.ts';
import { namedClass } from '../../overlay/sharedClasses.ts';
import { useView } from '../../state/view.ts';
import { CellDetails } from './CellDetails.tsx';
import styles from './Details.module.css';
import { describeFate, describeNoGrid } from './describeFate.ts';
import { ObjectDetails } from './ObjectDetails.tsx';
import { type Shown, type ShownModel, useSharedClasses } from './shown.ts';

/** The raw numbers behind the box or cell under the pointer, or the one that was clicked. */
export function TargetDetails({ models }: { readonly models: readonly ShownModel[] }) {
  const text = useText();
  // Objects are pointed at in a list above: details that grew over it would take it away from under the pointer.
  const target = useView(({ hovered, pinned }) => (hovered?.kind === 'object' ? pinned : (hovered ?? pinned)));
  const own = models.find(({ variant }) => variant?.id === target?.variantId);
  if (!target || !own?.shown) return <p className={styles.note}>{text.compare.hoverHint}</p>;
  switch (target.kind) {
    case 'cell':
      return <CellDetails model={own} shown={own.shown} cell={target.cell} />;
    case 'object':
      return <ObjectDetails shown={own.shown} index={target.object} />;
    case 'box':
      return (
        <BoxDetails shown={own.shown} candidate={target.candidate} others={models.filter((model) => model !== own)} />
      );
  }
}

function BoxDetails(props: {
  readonly shown: Shown;
  readonly candidate: number;
  readonly others: readonly ShownModel[];
}) {
  const text = useText();
  const confidence = useView((state) => state.confidence);
  const { look, boxes } = props.shown;
  const { candidates, placement } = look;
  const classes = useSharedClasses();
  const named = namedClass(look, candidates.classIds[props.candidate] ?? 0);
  const raw = boxAt(candidates.boxes, props.candidate);
  const cell = cellOfCandidate(candidates, props.candidate);
  const level = cell && look.levels[cell.level];
  const links = linksTo(look, boxes, props.candidate);
  const suppressed = links.length;
  const fate = fateOf(look, boxes, confidence, props.candidate);
  const facts: Fact[] = [
    [text.compare.score, (candidates.scores[props.candidate] ?? 0).toFixed(3)],
    cell && level ? [text.compare.cell, text.compare.cellAt(level.stride, cell.row, cell.column)] : null,
    cell && level ? [text.compare.distances, spaced(distancesInCells(raw, level.stride, cell, placement), 1)] : null,
    [text.compare.corners, spaced(raw, 0)],
    look.nmsInGraph ? null : [text.compare.outcome, describeFate(fate, props.shown, text)],
    look.nmsInGraph ? null : [text.compare.suppressed, text.compare.suppressedCount(suppressed)],
    ...props.others.map(({ variant, shown }): Fact => {
      if (!variant || !shown) return null;
      const found = counterpart({ ...named, box: raw }, shown.boxes.boxes, classes);
      return [text.compare.counterpart(variant.name), describeCounterpart(found, text)];
    }),
  ];
  return (
    <>
      <Section title={text.compare.selectedBox(named.className)}>
        <Facts facts={facts} />
      </Section>
      <Section title={text.compare.why}>
        <p className={styles.note}>
          {level
            ? text.compare.whyText(level.rows, level.columns, suppressed)
            : describeNoGrid(look.gridUnavailable, text)}
        </p>
      </Section>
    </>
  );
}

function describeCounterpart(found: Counterpart | null, { compare }: Dictionary) {
  if (!found) return <span className="bad">{compare.counterpartLost}</span>;
  const text = compare.counterpartFound(found.shown.score.toFixed(3), found.iou.toFixed(2));
  if (found.isSameClass) return text;
  return <span className="bad">{`${compare.counterpartOther(found.shown.className)} ${text}`}</span>;
}

function spaced(values: readonly number[], decimals: number): string {
  return values.map((value) => formatSigned(value, decimals).replace('+', '')).join('\u2002');
}
