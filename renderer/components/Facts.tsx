import type { ReactNode } from 'react';
import styles from './Facts.module.css';

/** One line: a name and a value, null where there is none to show. */
export type Fact = readonly [name: string, value: ReactNode] | null;

/** Names left, values right, a thin line between. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) =>
        fact === null ? null : (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd className="selectable">{fact[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
