import type { PruneOptions } from '../../../models/recipeSchema.ts';
import { useText } from '../../i18n/text.ts';
import { Amount } from './Amount.tsx';
import { Choice } from './Choice.tsx';
import styles from './Form.module.css';
import { KeepPatterns } from './KeepPatterns.tsx';
import { Ratios } from './Ratios.tsx';

/** Widths that kernels may like, and measuring which they do. */
const roundings = ['8', '16', '32', 'auto'] as const;

/** How what goes is made up for; `auto` leaves it to whether there are pictures. */
const recoveries = ['auto', 'least-squares', 'bias', 'none'] as const;

/** Options of pruning: which way, and what that way needs. */
export function PruneForm(props: {
  readonly options: PruneOptions;
  readonly onChange: (change: Partial<PruneOptions>) => void;
}) {
  const text = useText().optimize;
  const { options, onChange } = props;
  const { method, amount, scope, keep } = options;
  const hints = { channel: text.channelsText, magnitude: text.magnitudeText, '2:4': text.twoInFourText };
  const takesChannels = method === 'channel';
  return (
    <div className={styles.fields}>
      <Choice
        label={text.pruneMethod}
        value={method}
        onChange={(chosen) => onChange({ method: chosen })}
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
            onChange={(value) => onChange({ amount: value })}
          />
          <Choice
            label={takesChannels ? text.channelScope : text.scope}
            value={scope}
            onChange={(chosen) => onChange({ scope: chosen })}
            data={[
              { value: 'global', label: text.scopeGlobal },
              { value: 'layer', label: text.scopeLayer },
            ]}
          />
        </>
      )}
      {takesChannels && <ChannelOptions options={options} onChange={onChange} />}
      <KeepPatterns keep={keep} onChange={(patterns) => onChange({ keep: patterns })} />
    </div>
  );
}

function ChannelOptions(props: {
  readonly options: PruneOptions;
  readonly onChange: (change: Partial<PruneOptions>) => void;
}) {
  const text = useText().optimize;
  const { options, onChange } = props;
  const rounding = roundings.find((value) => value === String(options.roundTo)) ?? null;
  return (
    <>
      <Choice
        label={text.roundTo}
        value={rounding ?? String(options.roundTo)}
        onChange={(chosen) => onChange({ roundTo: chosen === 'auto' ? 'auto' : Number(chosen) })}
        data={[
          ...(rounding === null ? [String(options.roundTo)] : []),
          ...roundings.map((value) => ({ value, label: value === 'auto' ? text.roundToAuto : value })),
        ]}
        hint={text.roundToText}
      />
      <Choice
        label={text.recover}
        value={options.recover ?? 'auto'}
        onChange={(chosen) => onChange({ recover: chosen === 'auto' ? undefined : chosen })}
        data={recoveries.map((value) => ({ value, label: text.recoveries[value] }))}
        hint={text.recoverText}
      />
      <Ratios ratios={options.ratios} onChange={(ratios) => onChange({ ratios })} />
    </>
  );
}
