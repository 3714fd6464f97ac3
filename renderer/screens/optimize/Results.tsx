import { Button } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Project, Variant } from '../../../electron/contract.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { FiguresTable } from '../../components/FiguresTable.tsx';
import { Section } from '../../components/Section.tsx';
import { comparedModel, comparisonRows, inspectionRows } from '../../figures.ts';
import { useText } from '../../i18n/text.ts';
import { describeSteps } from '../../recipe.ts';
import { attempt, compareWith } from '../../state/actions.ts';
import { discardResult, useDerivations } from '../../state/derivations.ts';
import { ownSteps } from '../../state/lineage.ts';
import { findVariant, isRunnable, useProject } from '../../state/project.ts';
import { setView } from '../../state/view.ts';
import { dismissJob } from '../../studio.ts';
import { BestWithin } from './BestWithin.tsx';
import styles from './Results.module.css';
import { StepReports } from './StepReports.tsx';
import { Warning } from './Warning.tsx';

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
      <LatestOutcome />
      {made.length === 0 && <p className="dim">{text.optimize.resultsEmpty}</p>}
      {made.length > 0 && (
        <Section title={text.optimize.pareto}>
          {report ? (
            <div className={styles.standing}>
              <Suspense fallback={<div className={styles.plot} />}>
                <ParetoPlot report={report} variants={project.variants} />
              </Suspense>
              <BestWithin key={base.id} report={report} variants={project.variants} />
            </div>
          ) : (
            <p className="dim">{text.optimize.paretoEmpty}</p>
          )}
        </Section>
      )}
      <div className={styles.cards}>
        {made.map((child) => (
          <Result key={child.id} parent={base} variant={child} />
        ))}
      </div>
    </>
  );
}

/** What the last recipe came to, where that is no new variant: a refusal, or a variant that was there already. */
function LatestOutcome() {
  const text = useText();
  const variants = useProject((state) => state.project.variants);
  const { latest } = useDerivations();
  if (latest?.state === 'failed') {
    const { error } = latest;
    const isRefused = error.code === 'gate-not-met';
    return (
      <div className={styles.refused}>
        <strong>{isRefused ? text.recipe.refused : text.recipe.failed}</strong>
        <ErrorNotice error={isRefused ? { ...error, hint: text.recipe.refusedHint } : error} />
        <Button variant="default" size="compact-xs" onClick={() => void attempt(() => dismissJob(latest.id))}>
          {text.common.dismiss}
        </Button>
      </div>
    );
  }
  if (latest?.state !== 'done') return null;
  const same = variants.find(({ id }) => id === latest.result.variantId);
  if (!same || Date.parse(same.createdAt) >= latest.startedAt) return null;
  return (
    <p className={styles.same} role="status">
      {text.recipe.sameBytes(same.name)}
    </p>
  );
}

function Result({ parent, variant }: { readonly parent: Variant; readonly variant: Variant }) {
  const text = useText();
  const report = useProject((state) => state.project.comparisons[parent.id]);
  const { undecided } = useDerivations();
  const made = undecided.get(variant.id);
  // A recipe that gave the bytes of an older variant decides nothing about it.
  const job = made && Date.parse(variant.createdAt) >= made.startedAt ? made : undefined;
  const measured = [comparedModel(report, parent.modelPath), comparedModel(report, variant.modelPath)];
  const rows = measured.every((model) => model !== undefined)
    ? comparisonRows(measured, text)
    : inspectionRows([parent, variant], text);
  const steps = describeSteps(ownSteps(parent, variant), text);
  return (
    <article className={styles.result} data-fresh={job !== undefined}>
      <header>
        <strong>{variant.name}</strong>
        {job && <span className={styles.fresh}>{text.recipe.fresh}</span>}
        <span className={`${styles.subtitle} dim`} title={steps}>
          {steps}
        </span>
      </header>
      <FiguresTable names={[parent.name, variant.name]} rows={rows} />
      {job && <StepReports steps={job.result.report.steps} />}
      {variant.warnings.map((warning) => (
        <Warning key={warning}>{warning}</Warning>
      ))}
      <div className={styles.buttons}>
        {job && (
          <>
            <Button onClick={() => void attempt(() => dismissJob(job.id))}>{text.recipe.keepIt}</Button>
            <Button variant="default" onClick={() => void discardResult(variant.id)}>
              {text.recipe.discardIt}
            </Button>
          </>
        )}
        <Button
          variant={job ? 'subtle' : 'filled'}
          disabled={!isRunnable(variant)}
          onClick={() => {
            compareWith(variant.id);
            setView({ screen: 'compare' });
          }}
        >
          {text.optimize.seeInCompare}
        </Button>
        <Button
          variant={job ? 'subtle' : 'default'}
          disabled={!isRunnable(variant)}
          onClick={() => setView({ screen: 'export', selectedId: variant.id })}
        >
          {text.optimize.exportIt}
        </Button>
      </div>
    </article>
  );
}
