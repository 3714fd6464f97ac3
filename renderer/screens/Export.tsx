import { Button, TextInput } from '@mantine/core';
import { IconBrandNodejs, IconPackageExport } from '@tabler/icons-react';
import { useState } from 'react';
import type { Job, Variant } from '../../electron/contract.ts';
import type { ExportReport, VerifyReport } from '../../models/types.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { ErrorNotice } from '../components/ErrorNotice.tsx';
import { OpenModelButtons } from '../components/OpenModelButtons.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { Section } from '../components/Section.tsx';
import { formatBytes, formatPercent } from '../format.ts';
import { useText } from '../i18n/text.ts';
import { attempt, startJob } from '../state/actions.ts';
import { isActive, useJobs } from '../state/jobs.ts';
import { isRunnable, useProject, useVariant } from '../state/project.ts';
import { setView, useView } from '../state/view.ts';
import { saveBundle, showInFolder, verifyBundle } from '../studio.ts';
import { BundleTree } from './export/BundleTree.tsx';
import { Checks } from './export/Checks.tsx';
import styles from './export/Export.module.css';
import { Step } from './export/Step.tsx';

/** From a variant to a bundle that proves itself: variant, target, build and verify, save. */
export function Export() {
  const text = useText();
  const loaded = useProject((state) => state.loaded);
  const selected = useVariant(useView((state) => state.selectedId));
  const variants = useProject((state) => state.project.variants);
  const runnable = variants.filter(isRunnable);
  const variant = selected && isRunnable(selected) ? selected : runnable.at(-1);
  if (!loaded) return null;
  return (
    <div className={styles.screen}>
      {variant ? (
        <Wizard key={variant.id} variant={variant} runnable={runnable} />
      ) : (
        <EmptyState
          icon={<IconPackageExport size={36} stroke={1.3} />}
          title={text.models.emptyTitle}
          text={text.export.emptyText}
        >
          <OpenModelButtons />
        </EmptyState>
      )}
      <aside className={styles.aside}>
        <VerifyOther />
      </aside>
    </div>
  );
}

function Wizard({ variant, runnable }: { readonly variant: Variant; readonly runnable: readonly Variant[] }) {
  const text = useText();
  const [license, setLicense] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJobs((state) => state.jobs.find(({ id }) => id === jobId));
  const report = job?.state === 'done' && job.result.kind === 'export' ? job.result.report : null;
  const building = job !== undefined && isActive(job);

  async function build() {
    const typed = license.trim();
    const id = await startJob({
      kind: 'export',
      variantId: variant.id,
      target: 'node',
      ...(typed === '' ? {} : { license: typed }),
    });
    if (id !== undefined) setJobId(id);
  }

  return (
    <div className={styles.wizard}>
      <Step number={1} title={text.export.stepVariant} done>
        <div className={styles.choices} role="radiogroup" aria-label={text.export.stepVariant}>
          {runnable.map(({ id, name, inspection }) => (
            <label key={id} className={styles.choice} data-chosen={id === variant.id}>
              <input
                type="radio"
                name="variant"
                className="hidden"
                checked={id === variant.id}
                onChange={() => setView({ selectedId: id })}
              />
              <strong>{name}</strong>
              <span className="dim number">
                {inspection.precision} · {formatBytes(inspection.bytes)}
              </span>
            </label>
          ))}
        </div>
      </Step>
      <Step number={2} title={text.export.stepTarget} done>
        <div className={styles.target}>
          <IconBrandNodejs size={20} stroke={1.6} aria-hidden />
          <span>
            <strong>{text.export.node}</strong>
            <span className="dim">{text.export.nodeText}</span>
          </span>
        </div>
        <TextInput
          label={text.export.license}
          description={text.export.licenseHint}
          maxLength={10_000}
          maw={420}
          value={license}
          onChange={(event) => setLicense(event.currentTarget.value)}
        />
      </Step>
      <Step number={3} title={text.export.stepVerify} done={report?.verify.ok ?? false}>
        <p className="dim">{text.export.buildText}</p>
        <Button disabled={building} variant={report ? 'default' : 'filled'} onClick={() => void build()}>
          {building ? text.export.building : text.export.build}
        </Button>
        <BuildState job={job} />
        {report && <BuiltBundle report={report} />}
      </Step>
      <Step number={4} title={text.export.stepSave} done={false}>
        {report && jobId !== null ? (
          <Save jobId={jobId} report={report} />
        ) : (
          <p className="dim">{text.export.notBuilt}</p>
        )}
      </Step>
    </div>
  );
}

function BuildState({ job }: { readonly job: Job | undefined }) {
  const text = useText();
  if (!job) return null;
  if (job.state === 'failed') {
    return (
      <div className={styles.problem}>
        <ErrorNotice error={job.error} />
      </div>
    );
  }
  if (job.state === 'cancelled') return <p className="dim">{text.jobs.cancelled}</p>;
  if (!isActive(job)) return null;
  return (
    <div className={styles.progress}>
      <ProgressBar label={job.title} fraction={job.progress.fraction} />
      <span className="dim number">
        {job.progress.step} · {formatPercent(Math.round(job.progress.fraction * 100) / 100)}
      </span>
    </div>
  );
}

function BuiltBundle({ report }: { readonly report: ExportReport }) {
  const text = useText();
  return (
    <div className={styles.built}>
      <div>
        <Section title={text.export.checks}>
          <Checks report={report.verify} />
          {report.warnings.map((warning) => (
            <p key={warning} className="warn selectable">
              {warning}
            </p>
          ))}
        </Section>
      </div>
      <div>
        <Section title={text.export.files} aside={<span className="dim number">{formatBytes(report.bytes)}</span>}>
          <BundleTree files={report.files} />
        </Section>
      </div>
    </div>
  );
}

function Save({ jobId, report }: { readonly jobId: string; readonly report: ExportReport }) {
  const text = useText();
  const [saved, setSaved] = useState<string | null>(null);
  return (
    <>
      <Button
        disabled={!report.verify.ok}
        onClick={async () => {
          const path = await attempt(() => saveBundle(jobId));
          if (path) setSaved(path);
        }}
      >
        {text.export.save}
      </Button>
      {saved && (
        <p className="good selectable" role="status">
          ✓ {text.export.saved(saved)}{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => void attempt(() => showInFolder(saved))}>
            {text.common.showInFolder}
          </Button>
        </p>
      )}
    </>
  );
}

function VerifyOther() {
  const text = useText();
  const [outcome, setOutcome] = useState<VerifyReport | null>(null);
  const [busy, setBusy] = useState(false);
  async function verify() {
    setBusy(true);
    const report = await attempt(() => verifyBundle(null));
    setBusy(false);
    if (report) setOutcome(report);
  }
  return (
    <Section title={text.export.verifyOther.replace('…', '')}>
      <p className="dim">{text.export.verifyOtherText}</p>
      <Button variant="default" loading={busy} onClick={() => void verify()}>
        {text.export.verifyOther}
      </Button>
      {outcome && (
        <div className={styles.outcome}>
          <Checks report={outcome} />
        </div>
      )}
    </Section>
  );
}
