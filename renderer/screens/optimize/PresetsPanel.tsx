import { Button } from '@mantine/core';
import type { Variant } from '../../../electron/contract.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { useText } from '../../i18n/text.ts';
import { attempt, startJob } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { findPresets, usePresets } from '../../state/presets.ts';
import { isRunnable, useProject } from '../../state/project.ts';
import { cancelJob } from '../../studio.ts';
import { PresetCard } from './PresetCard.tsx';
import styles from './Presets.module.css';

/** Recipes for usual aims, chosen by what they are measured to give on this machine. */
export function PresetsPanel({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const images = useProject((state) => state.project.images);
  const found = usePresets((state) => findPresets(state, variant.id, images));
  const problem =
    images.length === 0 ? text.sensitivity.noPictures : isRunnable(variant) ? null : text.sensitivity.notRunnable;
  return (
    <div className={styles.panel}>
      <Measure variantId={variant.id} problem={problem} again={found !== null} />
      {found === null ? (
        <p className="dim">{problem ?? text.presets.explain}</p>
      ) : (
        <>
          <p className="dim">{text.presets.measuredOn(found.report.device, found.report.images)}</p>
          {found.report.presets.map((preset) => (
            <PresetCard key={preset.name} preset={preset} />
          ))}
        </>
      )}
    </div>
  );
}

function Measure(props: { readonly variantId: string; readonly problem: string | null; readonly again: boolean }) {
  const text = useText();
  const { variantId, problem, again } = props;
  const running = useJobs((state) => state.jobs.find((job) => job.kind === 'presets' && isActive(job)));
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
    <div>
      <Button
        variant={again ? 'default' : 'filled'}
        disabled={problem !== null}
        onClick={() => void startJob({ kind: 'presets', variantId })}
      >
        {again ? text.sensitivity.again : text.sensitivity.measure}
      </Button>
    </div>
  );
}
