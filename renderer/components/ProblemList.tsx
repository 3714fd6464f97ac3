import type { ErrorReport } from '../../models/errors.ts';
import { useText } from '../i18n/text.ts';
import { CopyDetails } from './CopyDetails.tsx';
import styles from './ErrorNotice.module.css';

/** A file that could not be opened. */
export interface Problem {
  readonly path: string;
  readonly error: ErrorReport;
}

/** Several failures at once, each with what to do about it. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  const text = useText();
  const details = problems.map(({ error }) => [error.message, error.hint].filter(Boolean).join('\n')).join('\n\n');
  return (
    <div className={styles.body} role="alert">
      <strong>{text.error.several(problems.length)}</strong>
      <ul className={`${styles.list} selectable`}>
        {problems.map(({ path, error }) => (
          <li key={path} title={path}>
            <Message path={path} message={error.message} />
            {error.hint && <span className={styles.hint}> {error.hint}</span>}
          </li>
        ))}
      </ul>
      <CopyDetails details={details} />
    </div>
  );
}

/** The message with the file's name in bold where it starts with the whole path: the same folder every time says nothing. */
function Message({ path, message }: { readonly path: string; readonly message: string }) {
  if (!message.startsWith(path)) return message;
  return (
    <>
      <b>{path.split(/[/\\]/).at(-1)}</b>
      {message.slice(path.length)}
    </>
  );
}
