import { IconChevronDown } from '@tabler/icons-react';
import { Section } from '../../components/Section.tsx';
import { useText } from '../../i18n/text.ts';
import { setView, useView } from '../../state/view.ts';
import styles from './Details.module.css';
import { describeNoGrid } from './describeFate.ts';
import { explainGrid } from './explainGrid.ts';
import type { ShownModel } from './shown.ts';

/** What grid and heat show, for someone who has never seen a detector from inside. */
export function GridExplanation({ model }: { readonly model: ShownModel }) {
  const text = useText();
  const on = useView(({ overlay }) => overlay.grid || overlay.heat);
  const open = useView((state) => state.explanationOpen);
  const confidence = useView((state) => state.confidence);
  const { variant, shown } = model;
  const spec = variant?.inspection.detector?.spec;
  if (!on || !shown || !spec) return null;
  const { look, boxes } = shown;
  const sentences =
    look.levels.length === 0
      ? [describeNoGrid(look.gridUnavailable, text)]
      : explainGrid(
          {
            spec,
            levels: look.levels,
            anchorsPerCell: spec.anchorsPerCell,
            confidence,
            passing: look.candidates.scores.reduce((count, score) => (score > confidence ? count + 1 : count), 0),
            kept: boxes.boxes.length,
          },
          text,
        );
  return (
    <Section
      title={text.grid.explain}
      aside={
        <button
          type="button"
          className={styles.fold}
          aria-label={text.grid.explain}
          aria-expanded={open}
          onClick={() => setView({ explanationOpen: !open })}
        >
          <IconChevronDown size={14} aria-hidden />
        </button>
      }
    >
      {open && (
        <ol className={styles.story}>
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      )}
    </Section>
  );
}
