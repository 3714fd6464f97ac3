import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useText } from '../../i18n/text.ts';
import styles from './Reading.module.css';

/** The specification as JSON: all of it, for what the form does not show, or where there is nothing to fill a form with. */
export function WholeSpec(props: {
  readonly whole?: string;
  readonly busy: boolean;
  readonly onApply: (json: string) => Promise<void>;
}) {
  const text = useText();
  const { whole = '' } = props;
  const [json, setJson] = useState(whole);
  return (
    <details className={styles.whole} open={whole === ''}>
      <summary>{text.reading.whole}</summary>
      <Textarea
        aria-label={text.reading.whole}
        description={text.reading.wholeHint}
        autosize
        minRows={4}
        maxRows={16}
        value={json}
        onChange={(event) => setJson(event.currentTarget.value)}
        spellCheck={false}
      />
      <Button
        mt={8}
        variant="default"
        loading={props.busy}
        disabled={json.trim() === '' || json === whole}
        onClick={() => void props.onApply(json)}
      >
        {text.reading.apply}
      </Button>
    </details>
  );
}
