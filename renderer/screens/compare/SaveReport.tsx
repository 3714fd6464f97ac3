import { Button } from '@mantine/core';
import { useState } from 'react';
import { useText } from '../../i18n/text.ts';
import { attempt } from '../../state/actions.ts';
import { saveReport, showInFolder } from '../../studio.ts';
import styles from './Details.module.css';

/** Saves the report of a baseline's comparison where the user says, and tells where it lies. */
export function SaveReport({ baselineId }: { readonly baselineId: string }) {
  const text = useText();
  const [saved, setSaved] = useState<string | null>(null);
  return (
    <>
      <Button
        variant="subtle"
        title={text.compare.saveReportLong}
        onClick={async () => setSaved((await attempt(() => saveReport(baselineId))) ?? saved)}
      >
        {text.compare.saveReport}
      </Button>
      {saved !== null && (
        <p className={styles.saved} role="status">
          ✓ {text.export.saved(saved)}{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => void attempt(() => showInFolder(saved))}>
            {text.common.showInFolder}
          </Button>
        </p>
      )}
    </>
  );
}
