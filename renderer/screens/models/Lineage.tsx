import { IconAlertTriangle } from '@tabler/icons-react';
import type { Variant } from '../../../electron/contract.ts';
import { Meter } from '../../components/Meter.tsx';
import { Section } from '../../components/Section.tsx';
import { goodAgreement } from '../../figures.ts';
import { formatBytes, formatCount, formatMilliseconds } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { describeSteps } from '../../recipe.ts';
import { type LineageNode, measuredModel, orderByLineage, ownSteps } from '../../state/lineage.ts';
import { useProject, useVariant } from '../../state/project.ts';
import { setView, useView } from '../../state/view.ts';
import styles from './Models.module.css';

/** The largest of each figure, which the bars are drawn against. */
interface Largest {
  readonly bytes: number;
  readonly macs: number;
  readonly p50: number;
}

/** The originals and what was made of them, as a tree of cards. */
export function Lineage() {
  const text = useText();
  const project = useProject((state) => state.project);
  const largest: Largest = {
    bytes: Math.max(...project.variants.map(({ inspection }) => inspection.bytes)),
    macs: Math.max(...project.variants.map(({ inspection }) => inspection.macs ?? 0)),
    p50: Math.max(...project.variants.map((variant) => measuredModel(project, variant)?.latency.p50 ?? 0)),
  };
  return (
    <div className={styles.lineage}>
      <Section title={text.models.lineage}>
        <ul>
          {orderByLineage(project.variants).map((node) => (
            <li key={node.variant.id} style={{ paddingLeft: 24 * node.depth }}>
              {node.depth > 0 && <span className={styles.branch} style={{ left: 24 * node.depth - 14 }} aria-hidden />}
              <Card node={node} largest={largest} />
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function Card({ node, largest }: { readonly node: LineageNode; readonly largest: Largest }) {
  const text = useText();
  const selectedId = useView((state) => state.selectedId);
  const project = useProject((state) => state.project);
  const { variant } = node;
  const { inspection } = variant;
  const p50 = measuredModel(project, variant)?.latency.p50;
  const f1 = variant.agreement?.f1;
  return (
    <button
      type="button"
      className={styles.card}
      aria-pressed={variant.id === selectedId}
      onClick={() => setView({ selectedId: variant.id })}
    >
      <span className={styles.name}>
        <strong>{variant.name}</strong>
        <Subtitle variant={variant} />
      </span>
      <Meter label={text.models.size} value={formatBytes(inspection.bytes)} share={inspection.bytes / largest.bytes} />
      <Meter
        label={text.models.macs}
        value={inspection.macs === null ? '—' : formatCount(inspection.macs)}
        share={inspection.macs === null ? null : inspection.macs / Math.max(1, largest.macs)}
      />
      <Meter
        label={text.models.latency}
        value={p50 === undefined ? '—' : formatMilliseconds(p50)}
        share={p50 === undefined ? null : p50 / largest.p50}
      />
      <Meter
        label={text.models.agreement}
        value={f1 === undefined ? '—' : f1.toFixed(3)}
        share={f1 ?? null}
        tone={f1 !== undefined && f1 < goodAgreement ? 'bad' : 'neutral'}
      />
    </button>
  );
}

function Subtitle({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const problem = !variant.present || variant.inspection.detector === null || variant.warnings.length > 0;
  const parent = useVariant(variant.parentId);
  const steps = ownSteps(parent, variant);
  const parts = [
    steps.length > 0 ? describeSteps(steps, text) : text.models.original,
    variant.present ? variant.inspection.precision : text.common.missingFile,
    ...(variant.inspection.detector ? [variant.inspection.detector.family] : [text.models.notDetector]),
  ];
  return (
    <span className="dim" title={parts.join(' · ')}>
      {problem && <IconAlertTriangle size={13} className={`warn ${styles.inline}`} aria-label={text.models.warnings} />}{' '}
      {parts.join(' · ')}
    </span>
  );
}
