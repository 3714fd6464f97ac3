import { Button, CopyButton } from '@mantine/core';
import { useText } from '../i18n/text.ts';

/** Copies what is known of a failure, to be pasted into a report. */
export function CopyDetails({ details }: { readonly details: string }) {
  const text = useText();
  return (
    <CopyButton value={details}>
      {({ copied, copy }) => (
        <Button variant="subtle" size="compact-xs" onClick={copy}>
          {copied ? text.common.copied : text.error.copyDetails}
        </Button>
      )}
    </CopyButton>
  );
}
