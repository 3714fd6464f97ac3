import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { VerifyReport } from '../../../models/types.ts';
import { useText } from '../../i18n/text.ts';
import styles from './Export.module.css';

/** What was checked in a bundle, and what came of it. */
export function Checks({ report }: { readonly report: VerifyReport }) {
  const text = useText();
  return (
    <>
      <p className={report.ok ? 'good' : 'bad'} role="status">
        <strong>{report.ok ? text.export.passed : text.export.failed}</strong>
      </p>
      <ul className={styles.checks}>
        {report.checks.map(({ name, ok, detail }) => (
          <li key={name}>
            {ok ? (
              <IconCircleCheck size={16} className="good" aria-label={text.jobs.done} />
            ) : (
              <IconCircleX size={16} className="bad" aria-label={text.jobs.failed} />
            )}
            <span>
              {name}
              <span className="dim selectable">{detail}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
