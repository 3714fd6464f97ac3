import { type Command, listCommands } from './commands.ts';
import { currentText } from './i18n/text.ts';
import { useView } from './state/view.ts';

/** Elements that want all keys themselves. */
const typing =
  'input:not([type="radio"], [type="checkbox"], [type="range"]), textarea, select, [role="menu"], [role="dialog"]';
/** Where arrows move within the element. */
const arrowed = 'input, [role="separator"], [role="radiogroup"], [role="tablist"], [role="grid"]';

/** The command a key press stands for, if any. Letters work with caps lock too. */
export function commandForKey(
  commands: readonly Command[],
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): Command | undefined {
  if (event.altKey) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const wanted = event.ctrlKey || event.metaKey ? `Mod+${key.toUpperCase()}` : key;
  return commands.find((command) => command.keys.includes(wanted));
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const command = commandForKey(listCommands(currentText()), event);
  if (!command) return;
  const { paletteOpen, cheatSheetOpen } = useView.getState();
  const target = event.target instanceof Element ? event.target : null;
  const modified = event.ctrlKey || event.metaKey;
  if ((paletteOpen || cheatSheetOpen) && !modified) return;
  if (!modified && target?.closest(typing)) return;
  if (event.key.startsWith('Arrow') && target?.closest(arrowed)) return;
  event.preventDefault();
  command.run();
}

/** Listens to the keyboard; the result stops it. */
export function listenToKeys(): () => void {
  window.addEventListener('keydown', pressed);
  return () => window.removeEventListener('keydown', pressed);
}
