import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import type { Project, Variant } from '../../../electron/contract.ts';
import { FiguresTable } from '../../components/FiguresTable.tsx';
import { Section } from '../../components/Section.tsx';
import { comparedModel, comparisonRows, inspectionRows } from '../../figures.ts';
import { useText } from '../../i18n/text.ts';
import { describeStep } from '../../recipe.ts';
import { compareWith } from '../../state/actions.ts';
import { findVariant, isRunnable, useProject } from '../../state/project.ts';
import { setView } from '../../state/view.ts';
import styles from './Optimize.module.css';

// The chart library is large, and only this screen needs it.
const ParetoPlot = lazy(async () => ({ default: (await import('../../components/ParetoPlot.tsx')).ParetoPlot }));

/** The model results are about: the selected one when something was made of it, else its parent. */
function baseOf(project: Project, variant: Variant): Variant {
  const hasChildren = project.variants.some(({ parentId }) => parentId === variant.id);
  return hasChildren ? variant : (findVariant(project, variant.parentId) ?? variant);
}

/** What was made of a model, newest first, and how the variants stand against each other. */
export function Results({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const project = useProject((state) => state.project);
  const base = baseOf(project, variant);
  const made = project.variants.filter(({ parentId }) => parentId === base.id).toReversed();
  const report = project.comparisons[base.id];
  return (
    <>
      {made.length === 0 && <p className="dim">{text.optimize.resultsEmpty}</p>}
      <div className={styles.cards}>
        {made.map((child) => (
          <Result key={child.id} parent={base} variant={child} />
        ))}
      </div>
      {made.length > 0 && (
        <Section title={text.optimize.pareto}>
          {report ? (
            <Suspense fallback={<div className={styles.plot} />}>
              <ParetoPlot report={report} variants={project.variants} />
            </Suspense>
          ) : (
            <p className="dim">{text.optimize.paretoEmpty}</p>
          )}
        </Section>
      )}
    </>
  );
}

function Result({ parent, variant }: { readonly parent: Variant; readonly variant: Variant }) {
  const text = useText();
  const report = useProject((state) => state.project.comparisons[parent.id]);
  const measured = [comparedModel(report, parent.modelPath), comparedModel(report, variant.modelPath)];
  const rows = measured.every((model) => model !== undefined)
    ? comparisonRows(measured, text)
    : inspectionRows([parent, variant], text);
  return (
    <article className={styles.result}>
      <header>
        <strong>{variant.name}</strong>
        <span className="dim">
          {variant.recipe.slice(-1).map((step) => describeStep(step, text))} {text.optimize.beside(parent.name)}
        </span>
      </header>
      <FiguresTable names={[parent.name, variant.name]} rows={rows} />
      {variant.warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          <IconAlertTriangle size={16} aria-hidden /> {warning}
        </p>
      ))}
      <div className={styles.buttons}>
        <Button
          disabled={!isRunnable(variant)}
          onClick={() => {
            compareWith(variant.id);
            setView({ screen: 'compare' });
          }}
        >
          {text.optimize.seeInCompare}
        </Button>
        <Button
          variant="default"
          disabled={!isRunnable(variant)}
          onClick={() => setView({ screen: 'export', selectedId: variant.id })}
        >
          {text.optimize.exportIt}
        </Button>
      </div>
    </article>
  );
}
