import { IconChevronDown, IconChevronUp, IconCircleCheck, IconCircleX, IconClock, IconX } from '@tabler/icons-react';
import type { Job, JobResult } from '../../electron/contract.ts';
import { formatBytes, formatDuration, formatPercent } from '../format.ts';
import type { Dictionary } from '../i18n/en.ts';
import { useText } from '../i18n/text.ts';
import { attempt } from '../state/actions.ts';
import { isActive, useJobs } from '../state/jobs.ts';
import { setView, useView } from '../state/view.ts';
import { cancelJob, dismissJob } from '../studio.ts';
import { ErrorNotice } from './ErrorNotice.tsx';
import styles from './JobsBar.module.css';
import { ProgressBar } from './ProgressBar.tsx';

/** The work that takes long: what runs on the left, what ended last on the right, all of it when folded out. */
export function JobsBar() {
  const text = useText();
  const jobs = useJobs((state) => state.jobs);
  const open = useView((state) => state.jobsOpen) && jobs.length > 0;
  const active = jobs.filter(isActive);
  const current = active.find((job) => job.state === 'running') ?? active[0];
  const last = jobs.findLast((job) => !isActive(job));
  return (
    <section className={styles.footer} aria-label={text.jobs.label}>
      {open && (
        <ul className={styles.list}>
          {jobs.toReversed().map((job) => (
            <li key={job.id}>
              <JobRow job={job} />
            </li>
          ))}
        </ul>
      )}
      <div className={styles.bar}>
        {current ? <ActiveJob job={current} /> : !last && <span className="dim">{text.jobs.idle}</span>}
        {active.length > 1 && <span className="dim">{text.jobs.more(active.length - 1)}</span>}
        <span className={styles.space} />
        {last && <EndedJob job={last} />}
        {jobs.length > 0 && (
          <button
            type="button"
            className={styles.button}
            aria-expanded={open}
            aria-label={text.jobs.showAll}
            onClick={() => setView({ jobsOpen: !open })}
          >
            {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronUp size={16} aria-hidden />}
          </button>
        )}
      </div>
    </section>
  );
}

function JobRow({ job }: { readonly job: Job }) {
  return isActive(job) ? (
    <ActiveJob job={job} />
  ) : (
    <>
      <EndedJob job={job} listed />
      {job.state === 'failed' && (
        <div className={styles.problem}>
          <ErrorNotice error={job.error} />
        </div>
      )}
    </>
  );
}

function ActiveJob({ job }: { readonly job: Job }) {
  const text = useText();
  const { step, fraction, eta } = job.progress;
  return (
    <div className={styles.job}>
      <span className={styles.title}>{job.title}</span>
      {job.state === 'queued' ? (
        <span className="dim">
          <IconClock size={14} aria-hidden className={styles.inline} /> {text.jobs.waiting}
        </span>
      ) : (
        <>
          <ProgressBar label={job.title} fraction={fraction} />
          <span className={`${styles.step} dim number`}>
            {[step, formatPercent(Math.round(fraction * 100) / 100)].filter(Boolean).join(' · ')}
            {eta !== undefined && ` · ${text.jobs.left(formatDuration(eta))}`}
          </span>
        </>
      )}
      <button
        type="button"
        className={styles.button}
        aria-label={text.jobs.cancelJob(job.title)}
        onClick={() => void attempt(() => cancelJob(job.id))}
      >
        <IconX size={14} aria-hidden />
      </button>
    </div>
  );
}

function EndedJob({ job, listed = false }: { readonly job: Job; readonly listed?: boolean }) {
  const text = useText();
  const failed = job.state === 'failed';
  return (
    <div className={styles.job} role="status">
      {job.state === 'done' && <IconCircleCheck size={16} className="good" aria-label={text.jobs.done} />}
      {failed && <IconCircleX size={16} className="bad" aria-label={text.jobs.failed} />}
      <span className={styles.title}>{job.title}</span>
      <span className={`${styles.outcome} dim`}>
        {job.state === 'done' && outcome(job.result, text)}
        {job.state === 'cancelled' && text.jobs.cancelled}
        {failed && !listed && job.error.message}
      </span>
      {failed && !listed && (
        <button type="button" className={styles.link} onClick={() => setView({ jobsOpen: true })}>
          {text.common.details}
        </button>
      )}
      <button
        type="button"
        className={styles.button}
        aria-label={`${text.common.dismiss}: ${job.title}`}
        onClick={() => void attempt(() => dismissJob(job.id))}
      >
        <IconX size={14} aria-hidden />
      </button>
    </div>
  );
}

function outcome(result: JobResult, text: Dictionary): string {
  switch (result.kind) {
    case 'prune':
    case 'quantize':
    case 'derive': {
      const f1 = result.report.agreement?.f1;
      return f1 === undefined ? text.jobs.done : text.jobs.doneVariant(f1.toFixed(3));
    }
    case 'sensitivity':
      return text.jobs.doneSensitivity(result.report.layers.length);
    case 'presets':
      return text.jobs.donePresets(result.report.presets.filter(({ choice }) => choice !== null).length);
    case 'compare':
      return text.jobs.doneCompare(result.report.imageCount);
    case 'export':
      return result.report.verify.ok
        ? text.jobs.doneExport(formatBytes(result.report.bytes))
        : text.jobs.doneExportFailed;
  }
}
