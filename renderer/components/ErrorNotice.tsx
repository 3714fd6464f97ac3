import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ErrorReport } from '../../models/errors.ts';
import { useText } from '../i18n/text.ts';
import { CopyDetails } from './CopyDetails.tsx';
import styles from './ErrorNotice.module.css';

/** What happened, to which file, and what to do; the rest folds out and can be copied. */
export function ErrorNotice({ error, retry }: { readonly error: ErrorReport; readonly retry?: () => void }) {
  const text = useText();
  const hint = error.hint ?? (error.code === 'internal' ? text.error.internal : undefined);
  const details = [error.message, hint, `[${error.code}]`, error.detail].filter(Boolean).join('\n');
  return (
    <div className={styles.notice} role="alert">
      <IconAlertTriangle size={16} className={styles.icon} aria-hidden />
      <div className={styles.body}>
        <p className={`${styles.message} selectable`}>{error.message}</p>
        {hint && <p className={`${styles.hint} selectable`}>{hint}</p>}
        {error.detail && (
          <details className={styles.details}>
            <summary>{text.common.details}</summary>
            <pre className="selectable">{error.detail}</pre>
          </details>
        )}
        <div className={styles.actions}>
          {retry && (
            <Button variant="default" size="compact-xs" onClick={retry}>
              {text.common.retry}
            </Button>
          )}
          <CopyDetails details={details} />
        </div>
      </div>
    </div>
  );
}
