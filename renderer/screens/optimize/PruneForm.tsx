import { Slider } from '@mantine/core';
import { Section } from '../../components/Section.tsx';
import { formatPercent } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { setPruneOptions, useView } from '../../state/view.ts';
import { Choice } from './Choice.tsx';
import { KeepPatterns } from './KeepPatterns.tsx';
import styles from './Optimize.module.css';

/** Widths that kernels may like, and measuring which they do. */
const roundings = ['8', '16', '32', 'auto'] as const;

/** Options of pruning: which way, and what that way needs. */
export function PruneForm() {
  const text = useText().optimize;
  const { method, amount, scope, keep, roundTo } = useView((state) => state.pruneOptions);
  const takesChannels = method === 'channel';
  const rounding = roundings.find((value) => value === String(roundTo)) ?? '8';
  const hints = { channel: text.channelsText, magnitude: text.magnitudeText, '2:4': text.twoInFourText };
  return (
    <Section title={text.prune}>
      <div className={styles.fields}>
        <Choice
          label={text.pruneMethod}
          value={method}
          onChange={(chosen) => setPruneOptions({ method: chosen })}
          data={[
            { value: 'channel', label: text.channels },
            { value: 'magnitude', label: text.magnitude },
            { value: '2:4', label: text.twoInFour },
          ]}
          hint={hints[method]}
        />
        {method !== '2:4' && (
          <>
            <Amount
              label={takesChannels ? text.channelAmount : text.amount}
              value={amount}
              onChange={(value) => setPruneOptions({ amount: value })}
            />
            <Choice
              label={takesChannels ? text.channelScope : text.scope}
              value={scope}
              onChange={(chosen) => setPruneOptions({ scope: chosen })}
              data={[
                { value: 'global', label: text.scopeGlobal },
                { value: 'layer', label: text.scopeLayer },
              ]}
            />
          </>
        )}
        {takesChannels && (
          <Choice
            label={text.roundTo}
            value={rounding}
            onChange={(chosen) => setPruneOptions({ roundTo: chosen === 'auto' ? 'auto' : Number(chosen) })}
            data={roundings.map((value) => ({ value, label: value === 'auto' ? text.roundToAuto : value }))}
            hint={text.roundToText}
          />
        )}
        <KeepPatterns keep={keep} onChange={(patterns) => setPruneOptions({ keep: patterns })} />
      </div>
    </Section>
  );
}

function Amount(props: { readonly label: string; readonly value: number; readonly onChange: (value: number) => void }) {
  return (
    <div>
      <div className={styles.label}>
        <span>{props.label}</span>
        <output className="number">{formatPercent(props.value)}</output>
      </div>
      <Slider
        thumbLabel={props.label}
        min={0.05}
        max={0.95}
        step={0.05}
        size={4}
        thumbSize={13}
        label={null}
        value={props.value}
        onChange={props.onChange}
      />
    </div>
  );
}
