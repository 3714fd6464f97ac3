import { ActionIcon, Button, NumberInput, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { PruneOptions } from '../../../models/recipeSchema.ts';
import { useText } from '../../i18n/text.ts';
import styles from './Form.module.css';

type Ratios = PruneOptions['ratios'];

/** Shares of their own for layers whose names fit; the first that fits counts. */
export function Ratios(props: { readonly ratios: Ratios; readonly onChange: (ratios: Ratios) => void }) {
  const text = useText().optimize;
  const { ratios, onChange } = props;
  const replace = (at: number, change: Partial<Ratios[number]>) =>
    onChange(ratios.map((ratio, index) => (index === at ? { ...ratio, ...change } : ratio)));
  return (
    <fieldset className={styles.ratios}>
      <legend className={styles.label}>{text.ratios}</legend>
      {ratios.map(({ pattern, amount }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and their order is what counts
        <div key={index} className={styles.ratio}>
          <TextInput
            aria-label={text.ratioPattern(index + 1)}
            placeholder="/model.4/*"
            value={pattern}
            error={pattern.trim() === ''}
            onChange={(event) => replace(index, { pattern: event.currentTarget.value })}
            spellCheck={false}
          />
          <NumberInput
            aria-label={text.ratioAmount(index + 1)}
            min={0}
            max={99}
            step={5}
            suffix=" %"
            value={Math.round(amount * 1000) / 10}
            onChange={(value) => typeof value === 'number' && replace(index, { amount: value / 100 })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text.removeRatio(index + 1)}
            onClick={() => onChange(ratios.toSpliced(index, 1))}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="compact-xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => onChange([...ratios, { pattern: '', amount: 0.1 }])}
      >
        {text.addRatio}
      </Button>
      <p className={styles.hint}>{text.ratiosHint}</p>
    </fieldset>
  );
}
