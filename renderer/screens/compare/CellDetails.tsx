import type { DetectorReport, HeadFamily } from '../../../models/types.ts';
import { type Fact, Facts } from '../../components/Facts.tsx';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import { anchorsOfLevel } from '../../overlay/anchors.ts';
import { type Cell, candidatesOfCell, heatOfCell, isOverBars } from '../../overlay/cells.ts';
import { classProbability } from '../../overlay/factors.ts';
import { fateOf } from '../../overlay/fate.ts';
import { namedClass } from '../../overlay/sharedClasses.ts';
import { useView } from '../../state/view.ts';
import styles from './Details.module.css';
import { describeFate } from './describeFate.ts';
import { type Shown, type ShownModel, useSharedClasses } from './shown.ts';

/** What a cell says: how sure it is, its anchors, and every box that it proposed with what became of it. */
export function CellDetails(props: { readonly model: ShownModel; readonly shown: Shown; readonly cell: Cell }) {
  const text = useText();
  const pinned = useView((state) => state.pinned?.kind === 'cell' && state.hovered === null);
  const { shown, cell } = props;
  const { look } = shown;
  const detector = props.model.variant?.inspection.detector;
  const level = look.levels[cell.level];
  const heat = heatOfCell(look, cell);
  if (!level || !heat) return null;
  const anchors = anchorsOfLevel(detector?.spec ?? {}, cell.level);
  const origin = anchorOrigin(detector);
  const found = candidatesOfCell(look.candidates, cell);
  const { className } = namedClass(look, heat.classId);
  const facts: Fact[] = [
    [text.compare.cell, text.compare.cellAt(level.stride, cell.row, cell.column)],
    heat.objectness === null ? null : [text.grid.thereIs, heat.objectness.toFixed(3)],
    [text.compare.predicts, `${className} ${heat.score.toFixed(3)}`],
    anchors.length === 0
      ? null
      : [text.grid.anchors, anchors.map(([width, height]) => `${round(width)}×${round(height)}`).join('\u2002')],
  ];
  return (
    <Section
      title={pinned ? text.compare.pinnedCell : text.compare.selectedCell}
      aside={pinned ? <small className="dim">{text.grid.letGo}</small> : null}
    >
      <Facts facts={facts} />
      {anchors.length > 0 && origin !== null && <p className={styles.note}>{text.grid.anchorsFrom[origin]}</p>}
      {isOverBars(level.stride, cell, look.placement) && <p className={styles.note}>{text.grid.overBars}</p>}
      {found.length > 0 ? (
        <>
          <h3 className={styles.subtitle}>{text.grid.proposals(found.length)}</h3>
          <ol className={styles.proposals}>
            {found.slice(0, mostProposals).map((candidate) => (
              <Proposal
                key={candidate}
                shown={shown}
                candidate={candidate}
                hasAnchors={anchors.length > 1}
                family={detector?.spec.family ?? 'v8'}
              />
            ))}
          </ol>
        </>
      ) : (
        <p className={styles.note}>{text.compare.quietCell}</p>
      )}
      <p className={styles.note}>{pinned ? text.grid.moves : text.grid.pin}</p>
    </Section>
  );
}

/**
 * Where the anchors come from. What was concluded when the model was opened says so in words; the specification itself only
 * has the figures.
 */
function anchorOrigin(detector: DetectorReport | null | undefined): 'user' | 'graph' | 'metadata' | 'published' | null {
  if (!detector) return null;
  if (detector.corrected?.includes('anchors')) return 'user';
  if (detector.evidence.some((sentence) => sentence.startsWith('The anchors are constants of the graph')))
    return 'graph';
  if (detector.evidence.some((sentence) => sentence.startsWith('The metadata list the anchors'))) return 'metadata';
  return 'published';
}

const mostProposals = 9;
const round = (side: number) => Number(side.toFixed(side < 10 ? 1 : 0));

function Proposal(props: {
  readonly shown: Shown;
  readonly candidate: number;
  readonly hasAnchors: boolean;
  readonly family: HeadFamily;
}) {
  const text = useText();
  const confidence = useView((state) => state.confidence);
  const { shown, candidate } = props;
  const { colorOf } = useSharedClasses();
  const { candidates } = shown.look;
  const named = namedClass(shown.look, candidates.classIds[candidate] ?? 0);
  const score = candidates.scores[candidate] ?? 0;
  const objectness = candidates.objectness?.[candidate];
  const fate = fateOf(shown.look, shown.boxes, confidence, candidate);
  return (
    <li className={styles.proposal} data-fate={fate.kind}>
      <div>
        <i style={{ background: colorOf(named) }} aria-hidden />
        <b>{named.className}</b>
        {props.hasAnchors && <span className="dim">{text.grid.anchor((candidates.anchors[candidate] ?? 0) + 1)}</span>}
        <output className="number">{score.toFixed(3)}</output>
      </div>
      {objectness !== undefined && (
        <span className="dim">
          {text.grid.factors(objectness.toFixed(2), classProbability(props.family, score, objectness).toFixed(2))}
        </span>
      )}
      <span className={fate.kind === 'kept' ? 'good' : 'dim'}>{describeFate(fate, shown, text)}</span>
    </li>
  );
}
