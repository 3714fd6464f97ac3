import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './Export.module.css';

/** One step of the wizard; all of them stay in sight. */
export function Step(props: {
  readonly number: number;
  readonly title: string;
  readonly done: boolean;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles.step} aria-label={props.title}>
      <span className={styles.number} data-done={props.done} aria-hidden>
        {props.done ? <IconCheck size={14} stroke={2.4} /> : props.number}
      </span>
      <div>
        <h2>{props.title}</h2>
        {props.children}
      </div>
    </section>
  );
}
