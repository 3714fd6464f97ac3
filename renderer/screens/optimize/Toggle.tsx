import { Switch } from '@mantine/core';
import { Warning } from './Warning.tsx';

/** Something on or off, with what that means, and a warning where the choice is a risky one. */
export function Toggle(props: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly warning?: string | undefined;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}) {
  return (
    <div>
      <Switch
        label={props.label}
        description={props.hint}
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.warning && (
        <div role="alert">
          <Warning>{props.warning}</Warning>
        </div>
      )}
    </div>
  );
}
