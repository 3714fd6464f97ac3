import type { CSSProperties } from 'react';
import styles from './ThresholdSlider.module.css';

const minimum = 0.01;
const maximum = 0.99;

/**
 * A slider for a threshold. It is the browser's own: its events come right before the frame is drawn, so that the boxes
 * follow within that very frame.
 */
export function ThresholdSlider(props: {
  readonly name: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const share = (props.value - minimum) / (maximum - minimum);
  const style: CSSProperties & Record<'--share', number> = { '--share': share };
  return (
    <input
      type="range"
      className={styles.slider}
      style={style}
      aria-label={props.name}
      min={minimum}
      max={maximum}
      step={0.01}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.valueAsNumber)}
      // The arrows leaf through the pictures again once the mouse lets go.
      onPointerUp={(event) => event.currentTarget.blur()}
    />
  );
}
