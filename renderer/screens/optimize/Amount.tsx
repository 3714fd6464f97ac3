import { Slider } from '@mantine/core';
import { formatPercent } from '../../format.ts';
import styles from './Form.module.css';

/** A share of weights or channels, under its name. */
export function Amount(props: {
  readonly label: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
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
