import { Textarea } from '@mantine/core';
import { useText } from '../../i18n/text.ts';

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

/** Lines as they are typed; an empty field is no pattern at all. */
export function splitPatterns(value: string): string[] {
  return value === '' ? [] : value.split('\n');
}

/** What is sent: without empty lines and spaces around. */
export function cleanPatterns(keep: readonly string[]): string[] {
  return keep.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
}
