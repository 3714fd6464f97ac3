import {
  IconBinaryTree2,
  IconChartLine,
  IconColumns2,
  IconHome,
  IconPackageExport,
  IconSettings,
} from '@tabler/icons-react';
import type { ScreenName } from '../../electron/contract.ts';
import { useText } from '../i18n/text.ts';
import { setView, useView } from '../state/view.ts';
import styles from './Rail.module.css';

const items = [
  { screen: 'home', Icon: IconHome },
  { screen: 'models', Icon: IconBinaryTree2 },
  { screen: 'compare', Icon: IconColumns2 },
  { screen: 'optimize', Icon: IconChartLine },
  { screen: 'export', Icon: IconPackageExport },
  { screen: 'settings', Icon: IconSettings },
] as const satisfies readonly { screen: ScreenName; Icon: typeof IconHome }[];

/** The screens, icon and word, down the left side. */
export function Rail() {
  const text = useText();
  const current = useView((state) => state.screen);
  return (
    <nav className={styles.rail} aria-label={text.common.primaryNavigation}>
      {items.map(({ screen, Icon }) => (
        <button
          type="button"
          key={screen}
          className={styles.item}
          aria-current={screen === current ? 'page' : undefined}
          onClick={() => setView({ screen })}
        >
          <Icon size={20} stroke={1.6} aria-hidden />
          {text.screens[screen]}
        </button>
      ))}
    </nav>
  );
}
