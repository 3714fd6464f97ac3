import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import '@mantine/spotlight/styles.layer.css';
import { IconSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import { listCommands } from '../commands.ts';
import { useText } from '../i18n/text.ts';
import { setView } from '../state/view.ts';
import { KeyName } from './KeyName.tsx';

const [store, palette] = createSpotlight();

/** Every action, found by its name. Mounted while open. */
export function CommandPalette() {
  const text = useText();
  useEffect(() => {
    palette.open();
    return palette.close;
  }, []);
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
      store={store}
      onSpotlightClose={() => setView({ paletteOpen: false })}
      actions={[...groups.values()]}
      nothingFound={text.commands.nothing}
      shortcut={null}
      highlightQuery
      lockScroll={false}
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
