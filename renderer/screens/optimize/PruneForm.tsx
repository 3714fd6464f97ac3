import { Slider } from '@mantine/core';
import { Section } from '../../components/Section.tsx';
import { formatPercent } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { setPruneOptions, useView } from '../../state/view.ts';
import { Choice } from './Choice.tsx';
import { KeepPatterns } from './KeepPatterns.tsx';
import styles from './Optimize.module.css';

/** Options of magnitude pruning. */
export function PruneForm() {
  const text = useText();
  const options = useView((state) => state.pruneOptions);
  return (
    <Section title={text.optimize.prune}>
      <div className={styles.fields}>
        <div>
          <div className={styles.label}>
            <span>{text.optimize.amount}</span>
            <output className="number">{formatPercent(options.amount)}</output>
          </div>
          <Slider
            thumbLabel={text.optimize.amount}
            min={0.05}
            max={0.95}
            step={0.05}
            size={4}
            thumbSize={13}
            label={null}
            value={options.amount}
            onChange={(amount) => setPruneOptions({ amount })}
          />
        </div>
        <Choice
          label={text.optimize.scope}
          value={options.scope}
          onChange={(scope) => setPruneOptions({ scope })}
          data={[
            { value: 'global', label: text.optimize.scopeGlobal },
            { value: 'layer', label: text.optimize.scopeLayer },
          ]}
        />
        <KeepPatterns keep={options.keep} onChange={(keep) => setPruneOptions({ keep })} />
      </div>
    </Section>
  );
}
