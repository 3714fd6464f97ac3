import { Menu } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './Pick.module.css';

export interface PickOption {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly disabled?: boolean;
}

/** A small labelled menu of the context bar: what is chosen, and what else could be. */
export function Pick(props: {
  readonly label: string;
  /** The value speaks for itself, so that its label may go where room is short. */
  readonly brief?: boolean;
  /** The value is short and must not be cut. */
  readonly whole?: boolean;
  readonly value: ReactNode;
  readonly chosen: string | null;
  readonly options: readonly PickOption[];
  readonly onPick: (id: string) => void;
  readonly children?: ReactNode;
}) {
  return (
    <Menu position="bottom-start" width={300} shadow="md">
      <Menu.Target>
        <button type="button" className={styles.pick} data-whole={props.whole ?? false}>
          <small data-brief={props.brief ?? false}>{props.label}</small>
          <span className={styles.value}>{props.value}</span>
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={420} className={styles.dropdown}>
        {props.options.map((option) => (
          <Menu.Item
            key={option.id}
            disabled={option.disabled ?? false}
            onClick={() => props.onPick(option.id)}
            leftSection={<IconCheck size={14} opacity={option.id === props.chosen ? 1 : 0} aria-hidden />}
          >
            {option.label}
            {option.note && <span className={styles.note}>{option.note}</span>}
          </Menu.Item>
        ))}
        {props.children}
      </Menu.Dropdown>
    </Menu>
  );
}
