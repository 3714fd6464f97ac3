import styles from './ProgressBar.module.css';

/** How far something has come, 0..1. */
export function ProgressBar({ label, fraction }: { readonly label: string; readonly fraction: number }) {
  const percent = Math.round(100 * Math.min(1, Math.max(0, fraction)));
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}
