import { Textarea } from '@mantine/core';
import { useText } from '../../i18n/text.ts';
import { splitPatterns } from './patterns.ts';

/** Name patterns of layers that stay as they are, one a line. */
export function KeepPatterns(props: { readonly keep: readonly string[]; readonly onChange: (keep: string[]) => void }) {
  const text = useText();
  return (
    <Textarea
      label={text.optimize.keep}
      description={text.optimize.keepHint}
      autosize
      minRows={1}
      maxRows={6}
      value={props.keep.join('\n')}
      onChange={(event) => props.onChange(splitPatterns(event.currentTarget.value))}
      spellCheck={false}
    />
  );
}
