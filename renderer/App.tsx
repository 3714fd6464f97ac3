import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { lazy, Suspense, useEffect } from 'react';
import styles from './App.module.css';
import { ContextBar } from './components/ContextBar.tsx';
import { DropOverlay } from './components/DropOverlay.tsx';
import { EmptyState } from './components/EmptyState.tsx';
import { ErrorNotice } from './components/ErrorNotice.tsx';
import { JobsBar } from './components/JobsBar.tsx';
import { Rail } from './components/Rail.tsx';
import { useText } from './i18n/text.ts';
import { listenToKeys } from './keyboard.ts';
import { Home } from './screens/Home.tsx';
import { useProject } from './state/project.ts';
import { useView } from './state/view.ts';
import { colorVariables, theme } from './theme.ts';

const Models = lazy(async () => ({ default: (await import('./screens/Models.tsx')).Models }));
const Compare = lazy(async () => ({ default: (await import('./screens/Compare.tsx')).Compare }));
const Optimize = lazy(async () => ({ default: (await import('./screens/Optimize.tsx')).Optimize }));
const Export = lazy(async () => ({ default: (await import('./screens/Export.tsx')).Export }));
const SettingsScreen = lazy(async () => ({ default: (await import('./screens/Settings.tsx')).SettingsScreen }));
const CommandPalette = lazy(async () => ({
  default: (await import('./components/CommandPalette.tsx')).CommandPalette,
}));
const CheatSheet = lazy(async () => ({ default: (await import('./components/CheatSheet.tsx')).CheatSheet }));

/** The whole window. */
export function App() {
  const colorScheme = useProject((state) => state.settings.colorScheme);
  const language = useProject((state) => state.settings.language);
  useEffect(listenToKeys, []);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={colorVariables}
      {...(colorScheme === 'system' ? { defaultColorScheme: 'auto' } : { forceColorScheme: colorScheme })}
      getStyleNonce={styleNonce}
    >
      <Frame />
      <Overlays />
      <DropOverlay />
      <Notifications
        position="bottom-right"
        limit={4}
        containerWidth={420}
        notificationMaxHeight={420}
        className={styles.notices ?? ''}
      />
    </MantineProvider>
  );
}

/** The nonce of the page's content security policy; "" where there is none. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
}

function Frame() {
  const problem = useProject((state) => state.problem);
  return (
    <div className={styles.frame}>
      <Rail />
      <ContextBar />
      <main className={styles.work}>
        {problem ? (
          <StartProblem />
        ) : (
          <Suspense fallback={null}>
            <Screen />
          </Suspense>
        )}
      </main>
      <JobsBar />
    </div>
  );
}

function Screen() {
  const screen = useView((state) => state.screen);
  switch (screen) {
    case 'home':
      return <Home />;
    case 'models':
      return <Models />;
    case 'compare':
      return <Compare />;
    case 'optimize':
      return <Optimize />;
    case 'export':
      return <Export />;
    case 'settings':
      return <SettingsScreen />;
  }
}

function StartProblem() {
  const text = useText();
  const problem = useProject((state) => state.problem);
  return (
    <EmptyState icon={null} title={text.error.startFailed} text="">
      {problem && <ErrorNotice error={problem} />}
    </EmptyState>
  );
}

function Overlays() {
  const palette = useView((state) => state.paletteOpen);
  const cheatSheet = useView((state) => state.cheatSheetOpen);
  return (
    <Suspense fallback={null}>
      {palette && <CommandPalette />}
      {cheatSheet && <CheatSheet />}
    </Suspense>
  );
}
