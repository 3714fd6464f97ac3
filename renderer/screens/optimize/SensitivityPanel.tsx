import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { JobRequest, Variant } from '../../../electron/contract.ts';
import type { QuantizeOptions } from '../../../models/recipeSchema.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { useText } from '../../i18n/text.ts';
import { attempt, startJob } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { isRunnable, useProject } from '../../state/project.ts';
import { quantizeDefaults, stepToProtectIn, toggleKept, useRecipe } from '../../state/recipe.ts';
import { findSensitivity, losesAlike, type SensitivityTarget, useSensitivity } from '../../state/sensitivity.ts';
import { cancelJob } from '../../studio.ts';
import styles from './Sensitivity.module.css';
import { SensitivityChart } from './SensitivityChart.tsx';
import { makeBars } from './sensitivityBars.ts';

/** Where it hurts: what each layer of the model loses when it alone is quantized, or pruned. A click keeps a layer as it is. */
export function SensitivityPanel({ variant }: { readonly variant: Variant }) {
  const text = useText().sensitivity;
  const [target, setTarget] = useState<SensitivityTarget>('quantize');
  const options = useQuantizeOptions();
  const pruned = useRecipe((state) => stepToProtectIn(state, 'prune')?.step);
  const keep = target === 'quantize' ? options.keep : pruned?.operation === 'prune' ? pruned.options.keep : [];
  const images = useProject((state) => state.project.images);
  const found = useSensitivity((state) => findSensitivity(state, variant.id, target, images));
  const problem = images.length === 0 ? text.noPictures : isRunnable(variant) ? null : text.notRunnable;
  const words = text[target];
  const isOld = found?.options !== undefined && !losesAlike(found.options, options);
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <SegmentedControl
          aria-label={text.target}
          value={target}
          onChange={setTarget}
          data={[
            { value: 'quantize', label: text.quantize.name },
            { value: 'prune', label: text.prune.name },
          ]}
        />
        <Measure
          request={
            // Every layer is measured, also those that are kept now: one may want to let go of them.
            target === 'quantize'
              ? { kind: 'sensitivity', variantId: variant.id, for: target, options: { ...options, keep: [] } }
              : { kind: 'sensitivity', variantId: variant.id, for: target }
          }
          problem={problem}
          again={found !== null}
        />
      </div>
      {found === null ? (
        <p className={`${styles.note} dim`}>{problem ?? words.explain}</p>
      ) : (
        <>
          <p className={`${styles.note} dim`}>
            {text.measuredOn(found.report.images)} {words.click}{' '}
            {isOld && <span className="warn">{text.otherOptions}</span>}
          </p>
          <div className={styles.columns} aria-hidden>
            <span />
            <span>{text.layer}</span>
            <span>{words.drawn}</span>
            <span className={styles.figure}>{words.figure}</span>
            <span className={styles.figure}>{text.drop}</span>
          </div>
          <SensitivityChart
            label={text.chart}
            bars={makeBars(found.report, keep)}
            onToggle={(layer) => toggleKept(target, layer)}
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

function Measure(props: { readonly request: JobRequest; readonly problem: string | null; readonly again: boolean }) {
  const text = useText();
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
    <Button
      variant={props.again ? 'default' : 'filled'}
      disabled={props.problem !== null}
      onClick={() => void startJob(props.request)}
    >
      {props.again ? text.sensitivity.again : text.sensitivity.measure}
    </Button>
  );
}
