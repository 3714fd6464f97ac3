import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { type ComponentType, Suspense, useEffect } from 'react';
import type { ScreenName } from '../electron/contract.ts';
import type { ErrorReport } from '../models/errors.ts';
import styles from './App.module.css';
import { ContextBar } from './components/ContextBar.tsx';
import { DropOverlay } from './components/DropOverlay.tsx';
import { EmptyState } from './components/EmptyState.tsx';
import { ErrorBoundary } from './components/ErrorBoundary.tsx';
import { ErrorNotice } from './components/ErrorNotice.tsx';
import { FailureNotice } from './components/FailureNotice.tsx';
import { JobsBar } from './components/JobsBar.tsx';
import { lazyPart } from './components/lazyPart.ts';
import { showFailure } from './components/notify.tsx';
import { Rail } from './components/Rail.tsx';
import { useText } from './i18n/text.ts';
import { listenToKeys } from './keyboard.ts';
import { Home } from './screens/Home.tsx';
import { useProject } from './state/project.ts';
import { setView, useView } from './state/view.ts';
import { colorVariables, theme } from './theme.ts';

/** The screens; Home is there at once. */
const screens: Readonly<Record<ScreenName, ComponentType>> = {
  home: Home,
  models: lazyPart(async () => (await import('./screens/Models.tsx')).Models),
  compare: lazyPart(async () => (await import('./screens/Compare.tsx')).Compare),
  optimize: lazyPart(async () => (await import('./screens/Optimize.tsx')).Optimize),
  export: lazyPart(async () => (await import('./screens/Export.tsx')).Export),
  settings: lazyPart(async () => (await import('./screens/Settings.tsx')).SettingsScreen),
};
const CommandPalette = lazyPart(async () => (await import('./components/CommandPalette.tsx')).CommandPalette);
const CheatSheet = lazyPart(async () => (await import('./components/CheatSheet.tsx')).CheatSheet);

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
      <main className={styles.work}>{problem ? <StartProblem problem={problem} /> : <Screen />}</main>
      <JobsBar />
    </div>
  );
}

/** The screen, or what kept it from being shown; another screen starts without that. */
function Screen() {
  const text = useText();
  const screen = useView((state) => state.screen);
  const Content = screens[screen];
  return (
    <ErrorBoundary
      key={screen}
      fallback={(thrown, retry) => (
        <EmptyState
          icon={null}
          title={text.error.screenFailed(text.screens[screen])}
          text={text.error.screenFailedText}
        >
          <FailureNotice thrown={thrown} retry={retry} />
        </EmptyState>
      )}
    >
      <Suspense fallback={null}>
        <Content />
      </Suspense>
    </ErrorBoundary>
  );
}

function StartProblem({ problem }: { readonly problem: ErrorReport }) {
  const text = useText();
  return (
    <EmptyState icon={null} title={text.error.startFailed} text="">
      <ErrorNotice error={problem} />
    </EmptyState>
  );
}

function Overlays() {
  const palette = useView((state) => state.paletteOpen);
  const cheatSheet = useView((state) => state.cheatSheetOpen);
  return (
    <ErrorBoundary fallback={(thrown, retry) => <OverlayFailure thrown={thrown} retry={retry} />}>
      <Suspense fallback={null}>
        {palette && <CommandPalette />}
        {cheatSheet && <CheatSheet />}
      </Suspense>
    </ErrorBoundary>
  );
}

/** Says what kept an overlay from being shown, and closes it. */
function OverlayFailure({ thrown, retry }: { readonly thrown: unknown; readonly retry: () => void }) {
  useEffect(() => {
    showFailure(thrown);
    setView({ paletteOpen: false, cheatSheetOpen: false });
    retry();
  }, [thrown, retry]);
  return null;
}
