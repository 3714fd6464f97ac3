import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import '@mantine/spotlight/styles.layer.css';
import { IconSearch } from '@tabler/icons-react';
import { listCommands } from '../commands.ts';
import { useText } from '../i18n/text.ts';
import { setView } from '../state/view.ts';
import { KeyName } from './KeyName.tsx';

/** Every action, found by its name. Mounted while open. */
export function CommandPalette() {
  const text = useText();
  const groups = new Map<string, SpotlightActionGroupData>();
  for (const { id, group, title, keys, run } of listCommands(text)) {
    if (id === 'palette') continue;
    const data = groups.get(group) ?? { group, actions: [] };
    const [key] = keys;
    data.actions.push({ id, label: title, onClick: run, ...(key ? { rightSection: <KeyName name={key} /> } : {}) });
    groups.set(group, data);
  }
  return (
    <Spotlight
      forceOpened
      onSpotlightClose={() => setView({ paletteOpen: false })}
      actions={[...groups.values()]}
      nothingFound={text.commands.nothing}
      shortcut={null}
      highlightQuery
      scrollable
      maxHeight={420}
      transitionProps={{ duration: 100 }}
      searchProps={{
        placeholder: text.commands.search,
        'aria-label': text.commands.search,
        leftSection: <IconSearch size={16} aria-hidden />,
      }}
    />
  );
}
