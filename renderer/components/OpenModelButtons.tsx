import { Button } from '@mantine/core';
import { useText } from '../i18n/text.ts';
import { openByDialog, openSample } from '../state/actions.ts';

/** The two ways to a first model. */
export function OpenModelButtons() {
  const text = useText();
  return (
    <>
      <Button onClick={() => void openSample()}>{text.common.openSample}</Button>
      <Button variant="default" onClick={() => void openByDialog('models')}>
        {text.common.openModel}
      </Button>
    </>
  );
}
