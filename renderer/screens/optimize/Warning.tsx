import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './Warning.module.css';

/** A sentence that warns. */
export function Warning({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles.warning}>
      <IconAlertTriangle size={16} aria-hidden /> {children}
    </p>
  );
}
