import { Button } from '@mantine/core';
import type { Variant } from '../../../electron/contract.ts';
import type { RecipeStep } from '../../../models/recipeSchema.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { useText } from '../../i18n/text.ts';
import { attempt } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { useProject } from '../../state/project.ts';
import { dropPictures, namedPictures, setGate, useRecipe } from '../../state/recipe.ts';
import { runRecipe } from '../../state/recipeActions.ts';
import { cancelJob } from '../../studio.ts';
import styles from './RunPanel.module.css';
import { Toggle } from './Toggle.tsx';

/** Runs the recipe, and says beforehand what stands against it. */
export function RunPanel(props: {
  readonly variant: Variant;
  readonly steps: readonly RecipeStep[];
  /** Why the recipe cannot be run. */
  readonly problem: string | null;
}) {
  const text = useText();
  const { variant, steps, problem } = props;
  const pictures = useProject((state) => state.project.images.length);
  const gate = useRecipe((state) => state.gate);
  const running = useJobs((state) => state.jobs.find((job) => job.kind === 'derive' && isActive(job)));
  const named = namedPictures(steps);
  const note = pictures === 0 ? text.optimize.uncheckedWithout : text.optimize.checkedOn;
  return (
    <div className={styles.run}>
      <p className={problem ? 'warn' : 'dim'}>{problem ?? note}</p>
      {named > 0 && (
        <p className="dim">
          {text.recipe.namesPictures(named)}{' '}
          <Button variant="default" size="compact-xs" onClick={dropPictures}>
            {text.recipe.useTray}
          </Button>
        </p>
      )}
      {pictures > 0 && (
        <div className={styles.gate}>
          <Toggle
            label={text.recipe.gate}
            warning={gate ? undefined : text.recipe.gateOff}
            checked={gate}
            onChange={setGate}
          />
        </div>
      )}
      {running ? (
        <>
          <div className={styles.progress}>
            <ProgressBar label={running.title} fraction={running.progress.fraction} />
            <Button variant="default" onClick={() => void attempt(() => cancelJob(running.id))}>
              {text.common.cancel}
            </Button>
          </div>
          <p className={`${styles.step} dim`} role="status">
            {running.progress.step}
          </p>
        </>
      ) : (
        <Button
          size="sm"
          fullWidth
          disabled={problem !== null || !variant.present}
          onClick={() => void runRecipe(variant.id, steps)}
        >
          {text.optimize.run}
        </Button>
      )}
    </div>
  );
}
