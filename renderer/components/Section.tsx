import { type ReactNode, useId } from 'react';
import styles from './Section.module.css';

/** A titled part of the inspector or of a screen. */
export function Section(props: { readonly title: string; readonly children: ReactNode; readonly aside?: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}
