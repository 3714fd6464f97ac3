import { Button } from '@mantine/core';
import type { JobRequest, Variant } from '../../../electron/contract.ts';
import type { RecipeStep } from '../../../models/api.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { useText } from '../../i18n/text.ts';
import { startJob } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { useProject } from '../../state/project.ts';
import { useRecipe } from '../../state/recipe.ts';
import { setView } from '../../state/view.ts';
import styles from './Optimize.module.css';
import { cleanPatterns } from './patterns.ts';
import { recipeProblem } from './recipeProblem.ts';

/** Runs the recipe, and says beforehand what stands against it. */
export function RunPanel({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const steps = useRecipe((state) => state.steps).map(({ step }) => step);
  const pictures = useProject((state) => state.project.images.length);
  const running = useJobs((state) =>
    state.jobs.find((job) => (job.kind === 'prune' || job.kind === 'quantize') && isActive(job)),
  );
  const problem = recipeProblem(steps, { precision: variant.inspection.precision, pictures }, text);
  const note = pictures === 0 ? text.optimize.uncheckedWithout : text.optimize.checkedOn;
  return (
    <div className={styles.run}>
      <p className={problem ? 'warn' : 'dim'}>{problem ?? note}</p>
      <Button
        size="sm"
        fullWidth
        disabled={problem !== null || running !== undefined || !variant.present}
        onClick={() => run(variant, steps)}
      >
        {running ? text.optimize.running : text.optimize.run}
      </Button>
      {running && (
        <div className={styles.progress}>
          <ProgressBar label={running.title} fraction={running.progress.fraction} />
          <span className="dim">{running.progress.step}</span>
        </div>
      )}
    </div>
  );
}

function run(variant: Variant, steps: readonly RecipeStep[]): void {
  setView({ optimizeTab: 'results' });
  for (const step of steps) {
    const request = requestFor(variant, step);
    if (request) void startJob(request);
  }
}

function requestFor({ id }: Variant, step: RecipeStep): JobRequest | null {
  switch (step.operation) {
    case 'fold':
      return null;
    case 'prune':
      return { kind: 'prune', variantId: id, options: { ...step.options, keep: cleanPatterns(step.options.keep) } };
    case 'quantize':
      return { kind: 'quantize', variantId: id, options: { ...step.options, keep: cleanPatterns(step.options.keep) } };
  }
}
