import type { ErrorReport } from '../../models/errors.ts';
import { useText } from '../i18n/text.ts';
import { CopyDetails } from './CopyDetails.tsx';
import styles from './ErrorNotice.module.css';

/** Several failures at once, each with what to do about it. */
export function ProblemList({ errors }: { readonly errors: readonly ErrorReport[] }) {
  const text = useText();
  const details = errors.map(({ message, hint }) => [message, hint].filter(Boolean).join('\n')).join('\n\n');
  return (
    <div className={styles.body} role="alert">
      <strong>{text.error.several(errors.length)}</strong>
      <ul className={`${styles.list} selectable`}>
        {errors.map(({ message, hint }) => (
          <li key={message}>
            {message}
            {hint && <span className={styles.hint}> {hint}</span>}
          </li>
        ))}
      </ul>
      <CopyDetails details={details} />
    </div>
  );
}
