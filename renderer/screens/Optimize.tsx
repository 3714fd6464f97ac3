import { Button, Select } from '@mantine/core';
import { IconChartLine, IconCut, IconStackPush } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { JobRequest, Variant } from '../../electron/contract.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { OpenModelButtons } from '../components/OpenModelButtons.tsx';
import { ProgressBar } from '../components/ProgressBar.tsx';
import { Section } from '../components/Section.tsx';
import { useText } from '../i18n/text.ts';
import { startJob } from '../state/actions.ts';
import { isActive, useJobs } from '../state/jobs.ts';
import { useProject, useVariant } from '../state/project.ts';
import { setView, useView } from '../state/view.ts';
import styles from './optimize/Optimize.module.css';
import { PruneForm } from './optimize/PruneForm.tsx';
import { cleanPatterns } from './optimize/patterns.ts';
import { QuantizeForm } from './optimize/QuantizeForm.tsx';
import { Results } from './optimize/Results.tsx';

/** Making smaller or faster variants, and what came of each beside its parent. */
export function Optimize() {
  const text = useText();
  const loaded = useProject((state) => state.loaded);
  const selected = useVariant(useView((state) => state.selectedId));
  if (!loaded) return null;
  if (!selected) {
    return (
      <EmptyState
        icon={<IconChartLine size={36} stroke={1.3} />}
        title={text.models.emptyTitle}
        text={text.optimize.emptyText}
      >
        <OpenModelButtons />
      </EmptyState>
    );
  }
  return (
    <div className={styles.screen}>
      <Form variant={selected} />
      <Results variant={selected} />
    </div>
  );
}

function Form({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const method = useView((state) => state.method);
  const variants = useProject((state) => state.project.variants);
  return (
    <div className={styles.form}>
      <div className={styles.fieldsArea}>
        <Section title={text.optimize.start}>
          <Select
            aria-label={text.optimize.start}
            value={variant.id}
            onChange={(id) => setView({ selectedId: id })}
            data={variants.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Section>
        <Section title={text.optimize.method}>
          <div className={styles.methods} role="radiogroup" aria-label={text.optimize.method}>
            <MethodCard
              method="quantize"
              icon={<IconStackPush size={18} stroke={1.6} aria-hidden />}
              title={text.optimize.quantize}
              hint={text.optimize.quantizeText}
            />
            <MethodCard
              method="prune"
              icon={<IconCut size={18} stroke={1.6} aria-hidden />}
              title={text.optimize.prune}
              hint={text.optimize.pruneText}
            />
          </div>
        </Section>
        {method === 'prune' ? <PruneForm /> : <QuantizeForm />}
      </div>
      <RunButton variant={variant} />
    </div>
  );
}

function MethodCard(props: {
  readonly method: 'prune' | 'quantize';
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint: string;
}) {
  const chosen = useView((state) => state.method) === props.method;
  return (
    <label className={styles.method} data-chosen={chosen}>
      <input
        type="radio"
        name="method"
        className="hidden"
        checked={chosen}
        onChange={() => setView({ method: props.method })}
      />
      {props.icon}
      <span>
        <strong>{props.title}</strong>
        <span className="dim">{props.hint}</span>
      </span>
    </label>
  );
}

function RunButton({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const method = useView((state) => state.method);
  const pruneOptions = useView((state) => state.pruneOptions);
  const quantizeOptions = useView((state) => state.quantizeOptions);
  const pictures = useProject((state) => state.project.images.length);
  const running = useJobs((state) => state.jobs.find((job) => job.kind === method && isActive(job)));
  const isQuantized = variant.inspection.precision !== 'fp32';
  const problem =
    method === 'quantize' && isQuantized
      ? text.optimize.alreadyQuantized
      : method === 'quantize' && quantizeOptions.precision === 'int8' && pictures === 0
        ? text.optimize.noCalibration
        : null;
  const request: JobRequest =
    method === 'prune'
      ? { kind: 'prune', variantId: variant.id, options: { ...pruneOptions, keep: cleanPatterns(pruneOptions.keep) } }
      : {
          kind: 'quantize',
          variantId: variant.id,
          options: { ...quantizeOptions, keep: cleanPatterns(quantizeOptions.keep) },
        };
  const note = pictures === 0 ? text.optimize.uncheckedWithout : text.optimize.checkedOn;
  return (
    <div className={styles.run}>
      <p className={problem ? 'warn' : 'dim'}>{problem ?? note}</p>
      <Button
        size="sm"
        fullWidth
        disabled={problem !== null || running !== undefined || !variant.present}
        onClick={() => void startJob(request)}
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
