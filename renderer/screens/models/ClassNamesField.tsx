import { FileButton, Textarea, UnstyledButton } from '@mantine/core';
import { type ClipboardEvent, useState } from 'react';
import { useText } from '../../i18n/text.ts';
import styles from './Reading.module.css';
import { type FieldState, TakeBack } from './SpecFields.tsx';

/** Larger files hold something else than names, bytes. */
const maximumBytes = 2 ** 20;

/** Class names one a line: typed, pasted in any form in which people keep them, or read from a file. */
export function ClassNamesField(props: { readonly classes: number; readonly state: FieldState<string> }) {
  const text = useText();
  const { state } = props;
  const [problem, setProblem] = useState<string | null>(null);
  const label = text.reading.classNames(props.classes);
  const take = (value: string) => {
    setProblem(null);
    state.onChange(value);
  };
  const load = async (file: File | null) => {
    if (file === null) return;
    const names = file.size > maximumBytes ? null : await namesIn(await file.text());
    if (names === null) setProblem(text.reading.noNames(file.name));
    else take(names.join('\n'));
  };
  const paste = (event: ClipboardEvent) => {
    const pasted = event.clipboardData.getData('text');
    if (!/^\s*(\[|\{|\()|^["']?names["']?\s*:/m.test(pasted)) return;
    event.preventDefault();
    void namesIn(pasted).then((names) => take(names?.join('\n') ?? pasted));
  };
  return (
    <div className={styles.field}>
      <Textarea
        label={label}
        description={text.reading.classNamesHint}
        autosize
        minRows={3}
        maxRows={10}
        value={state.value}
        error={problem ?? state.fault}
        onChange={(event) => take(event.currentTarget.value)}
        onPaste={paste}
        spellCheck={false}
      />
      <div className={styles.below}>
        <FileButton accept=".txt,.names,.yaml,.yml,.json" onChange={(file) => void load(file)}>
          {(button) => (
            <UnstyledButton {...button} className={styles.takeBack}>
              {text.reading.loadNames}
            </UnstyledButton>
          )}
        </FileButton>
        <TakeBack label={label} state={state} />
      </div>
    </div>
  );
}

/** Loaded when it is needed: YAML is a large language. */
async function namesIn(content: string): Promise<string[] | null> {
  const { parseNames } = await import('../../../models/detect/namesText.ts');
  return parseNames(content);
}
