import { Kbd } from '@mantine/core';

const names: Readonly<Record<string, string>> = {
  ArrowRight: '→',
  ArrowLeft: '←',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  'Mod+K': navigator.platform.startsWith('Mac') ? '⌘ K' : 'Ctrl K',
};

/** A key as it is printed on the keyboard. */
export function KeyName({ name }: { readonly name: string }) {
  return <Kbd size="sm">{names[name] ?? name.toUpperCase()}</Kbd>;
}
