import { Button } from '@mantine/core';
import type { Variant } from '../../../electron/contract.ts';
import type { QuantizeOptions } from '../../../models/api.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { useText } from '../../i18n/text.ts';
import { attempt, startJob } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { isRunnable, useProject } from '../../state/project.ts';
import { quantizeDefaults, stepToProtectIn, toggleKept, useRecipe } from '../../state/recipe.ts';
import { findSensitivity, losesAlike, useSensitivity } from '../../state/sensitivity.ts';
import { cancelJob } from '../../studio.ts';
import styles from './Sensitivity.module.css';
import { SensitivityChart } from './SensitivityChart.tsx';
import { makeBars } from './sensitivityBars.ts';

/** Where it hurts: what each layer of the model loses when it alone is quantized. A click keeps a layer in float. */
export function SensitivityPanel({ variant }: { readonly variant: Variant }) {
  const text = useText().sensitivity;
  const options = useQuantizeOptions();
  const images = useProject((state) => state.project.images);
  const found = useSensitivity((state) => findSensitivity(state, variant.id, 'quantize', images));
  const problem = images.length === 0 ? text.noPictures : isRunnable(variant) ? null : text.notRunnable;
  return (
    <div className={styles.panel}>
      <Measure variant={variant} options={options} problem={problem} again={found !== null} />
      {found === null ? (
        <p className={`${styles.note} dim`}>{problem ?? text.explain}</p>
      ) : (
        <>
          <p className={`${styles.note} dim`}>
            {text.measuredOn(found.report.images)} {text.click}{' '}
            {!losesAlike(found.options, options) && <span className="warn">{text.otherOptions}</span>}
          </p>
          <div className={styles.columns} aria-hidden>
            <span />
            <span>{text.layer}</span>
            <span>{text.noise}</span>
            <span className={styles.figure}>SQNR</span>
            <span className={styles.figure}>{text.drop}</span>
          </div>
          <SensitivityChart
            label={text.chart}
            bars={makeBars(found.report, options.keep)}
            onToggle={(layer) => toggleKept('quantize', layer)}
          />
        </>
      )}
    </div>
  );
}

/** Those of the step that layers are kept in; where there is none yet, those it would be added with. */
function useQuantizeOptions(): QuantizeOptions {
  const step = useRecipe((state) => stepToProtectIn(state, 'quantize')?.step);
  return step?.operation === 'quantize' ? step.options : quantizeDefaults;
}

function Measure(props: {
  readonly variant: Variant;
  readonly options: QuantizeOptions;
  readonly problem: string | null;
  readonly again: boolean;
}) {
  const text = useText();
  const { variant, options, problem } = props;
  const running = useJobs((state) => state.jobs.find((job) => job.kind === 'sensitivity' && isActive(job)));
  if (running) {
    return (
      <div className={styles.progress}>
        <ProgressBar label={running.title} fraction={running.progress.fraction} />
        <span className="dim">{running.progress.step}</span>
        <Button variant="default" size="compact-xs" onClick={() => void attempt(() => cancelJob(running.id))}>
          {text.common.cancel}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.head}>
      <Button
        variant={props.again ? 'default' : 'filled'}
        disabled={problem !== null}
        onClick={() =>
          void startJob({
            kind: 'sensitivity',
            variantId: variant.id,
            for: 'quantize',
            // Every layer is measured, also those that are kept now: one may want to let go of them.
            options: { ...options, keep: [] },
          })
        }
      >
        {props.again ? text.sensitivity.again : text.sensitivity.measure}
      </Button>
    </div>
  );
}
