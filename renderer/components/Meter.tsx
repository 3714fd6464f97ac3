import styles from './Meter.module.css';

/** A figure with a small bar of how large it is beside the largest one (0..1). */
export function Meter(props: {
  readonly label: string;
  readonly value: string;
  readonly share: number | null;
  readonly tone?: 'good' | 'bad' | 'neutral';
}) {
  return (
    <div className={styles.meter}>
      <span className={styles.label}>{props.label}</span>
      <span className={styles.value}>{props.value}</span>
      <span className={styles.track} aria-hidden>
        {props.share !== null && (
          <i
            className={props.tone === 'bad' ? styles.bad : undefined}
            style={{ width: `${Math.round(100 * Math.min(1, Math.max(0, props.share)))}%` }}
          />
        )}
      </span>
    </div>
  );
}
