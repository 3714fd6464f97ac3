import { Button } from '@mantine/core';
import type { JobRequest } from '../../../electron/contract.ts';
import { ProgressBar } from '../../components/ProgressBar.tsx';
import { useText } from '../../i18n/text.ts';
import { attempt, startJob } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { cancelJob } from '../../studio.ts';
import styles from './MeasureButton.module.css';

/** Starts a measurement, and while one of its kind runs shows how far it is. */
export function MeasureButton(props: {
  readonly request: JobRequest;
  /** Why nothing can be measured; null where it can. */
  readonly problem: string | null;
  /** Whether there is a measurement already. */
  readonly again: boolean;
}) {
  const text = useText();
  const { request, problem, again } = props;
  const running = useJobs((state) => state.jobs.find((job) => job.kind === request.kind && isActive(job)));
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
      <Button variant={again ? 'default' : 'filled'} disabled={problem !== null} onClick={() => void startJob(request)}>
        {again ? text.sensitivity.again : text.sensitivity.measure}
      </Button>
    </div>
  );
}
