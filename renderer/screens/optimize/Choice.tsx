import { SegmentedControl, type SegmentedControlItem } from '@mantine/core';
import styles from './Form.module.css';

/** One of a few values, side by side under their name, with what it means where that needs saying. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly data: (Value | SegmentedControlItem<Value>)[];
  readonly hint?: string;
}) {
  return (
    <div>
      <div className={styles.label}>{props.label}</div>
      <SegmentedControl
        fullWidth
        aria-label={props.label}
        value={props.value}
        onChange={props.onChange}
        data={props.data}
      />
      {props.hint && <p className={styles.hint}>{props.hint}</p>}
    </div>
  );
}
