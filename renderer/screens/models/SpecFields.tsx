import { Select, Textarea, TextInput } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useText } from '../../i18n/text.ts';
import styles from './Reading.module.css';

/** A field of the form, and what the file itself says there. */
export interface FieldState<Value> {
  readonly value: Value;
  readonly recognised: Value;
  /** True where it says something else than the file. */
  readonly isChanged: boolean;
  /** Why it can't be as it is. */
  readonly fault: string | null;
  readonly onChange: (value: Value) => void;
}

export function TextField(props: {
  readonly label: string;
  readonly hint?: string;
  readonly state: FieldState<string>;
  /** Whether it has several lines. */
  readonly lines?: boolean;
}) {
  const { label, hint, state, lines = false } = props;
  const common = { label, description: hint, value: state.value, error: state.fault, spellCheck: false };
  return (
    <div className={styles.field}>
      {lines ? (
        <Textarea
          {...common}
          autosize
          minRows={2}
          maxRows={8}
          onChange={(event) => state.onChange(event.currentTarget.value)}
        />
      ) : (
        <TextInput {...common} onChange={(event) => state.onChange(event.currentTarget.value)} />
      )}
      <TakeBack label={label} state={state} />
    </div>
  );
}

export function ChoiceField<Value extends string>(props: {
  readonly label: string;
  readonly state: FieldState<Value>;
  readonly options: { readonly [Option in Value]?: string };
}) {
  const { label, state, options } = props;
  const isOption = (value: string | null): value is Value => value !== null && value in options;
  const nameOf = (value: Value) => options[value] ?? value;
  return (
    <div className={styles.field}>
      <Select
        label={label}
        data={Object.keys(options)
          .filter(isOption)
          .map((value) => ({ value, label: nameOf(value) }))}
        value={state.value}
        onChange={(value) => isOption(value) && state.onChange(value)}
      />
      <TakeBack label={label} state={state} nameOf={nameOf} />
    </div>
  );
}

/** Says what the file says, where the field says something else, and goes back to it. */
export function TakeBack<Value extends string>(props: {
  readonly label: string;
  readonly state: FieldState<Value>;
  readonly nameOf?: (value: Value) => string;
}) {
  const text = useText();
  const { label, state, nameOf } = props;
  if (!state.isChanged) return null;
  const [first = '', ...more] = (nameOf?.(state.recognised) ?? state.recognised).split('\n');
  const short = `${first}${more.length > 0 ? ' …' : ''}` || text.reading.nothing;
  return (
    <button
      type="button"
      className={styles.takeBack}
      aria-label={text.reading.takeBackField(label)}
      onClick={() => state.onChange(state.recognised)}
    >
      <IconArrowBackUp size={13} aria-hidden />
      <span>{text.reading.takeBack(short)}</span>
    </button>
  );
}
