import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { Variant } from '../../../electron/contract.ts';
import type { ComparedModel, CompareReport } from '../../../models/types.ts';
import { formatBytes, formatMilliseconds } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { setView } from '../../state/view.ts';
import { fastestWithin, smallestWithin } from './bestWithin.ts';
import styles from './Results.module.css';

/** Which of the measured models is the best within what may be lost, and within a time. */
export function BestWithin(props: { readonly report: CompareReport; readonly variants: readonly Variant[] }) {
  const text = useText().optimize;
  const { models } = props.report;
  const [maxDrop, setMaxDrop] = useState(0.03);
  const slowest = Math.max(...models.map(({ latency }) => latency.p50));
  const [milliseconds, setMilliseconds] = useState(() => Math.ceil(slowest));
  return (
    <div className={styles.best}>
      <div className={styles.limits}>
        <NumberInput
          label={text.bestDrop}
          min={0}
          max={1}
          step={0.01}
          decimalScale={3}
          value={maxDrop}
          onChange={(value) => typeof value === 'number' && setMaxDrop(value)}
        />
        <NumberInput
          label={text.bestTime}
          min={0}
          max={100_000}
          step={1}
          decimalScale={2}
          suffix=" ms"
          value={milliseconds}
          onChange={(value) => typeof value === 'number' && setMilliseconds(value)}
        />
      </div>
      <dl>
        <dt>{text.fastest}</dt>
        <Winner model={fastestWithin(models, maxDrop)} variants={props.variants} />
        <dt>{text.smallest}</dt>
        <Winner model={smallestWithin(models, maxDrop, milliseconds)} variants={props.variants} />
      </dl>
    </div>
  );
}

function Winner({ model, variants }: { readonly model: ComparedModel | null; readonly variants: readonly Variant[] }) {
  const text = useText().optimize;
  if (!model) return <dd className="dim">{text.noneWithin}</dd>;
  const variant = variants.find(({ modelPath }) => modelPath === model.path);
  const f1 = model.agreement?.f1 ?? 1;
  return (
    <dd>
      {variant ? (
        <button
          type="button"
          className={styles.winner}
          onClick={() => setView({ selectedId: variant.id, screen: 'models' })}
        >
          {variant.name}
        </button>
      ) : (
        model.name
      )}{' '}
      <span className="number dim">
        {formatMilliseconds(model.latency.p50)} · {formatBytes(model.bytes)} · {`F1\u00a0${f1.toFixed(3)}`}
      </span>
    </dd>
  );
}
