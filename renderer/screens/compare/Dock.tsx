import { Tabs } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ComponentType, type KeyboardEvent, type PointerEvent, Suspense } from 'react';
import { ErrorBoundary } from '../../components/ErrorBoundary.tsx';
import { FailureNotice } from '../../components/FailureNotice.tsx';
import { lazyPart } from '../../components/lazyPart.ts';
import { useText } from '../../i18n/text.ts';
import { type DockTab, setView, useView } from '../../state/view.ts';
import styles from './Dock.module.css';
import { DockModel } from './DockModel.tsx';
import { MeasuredNotes } from './MeasuredNotes.tsx';

const contents: Readonly<Record<DockTab, ComponentType>> = {
  figures: lazyPart(async () => (await import('./AllFigures.tsx')).AllFigures),
  pareto: lazyPart(async () => (await import('./ParetoTab.tsx')).ParetoTab),
  layers: lazyPart(async () => (await import('./LayersTab.tsx')).LayersTab),
  graph: lazyPart(async () => (await import('./GraphTab.tsx')).GraphTab),
  classes: lazyPart(async () => (await import('./ClassesTab.tsx')).ClassesTab),
  curves: lazyPart(async () => (await import('./CurvesTab.tsx')).CurvesTab),
  confusion: lazyPart(async () => (await import('./ConfusionTab.tsx')).ConfusionTab),
};

/** Tabs whose figures are those of the comparison. */
const compared: ReadonlySet<DockTab> = new Set(['figures', 'pareto', 'classes', 'curves', 'confusion']);
const againstLabels: ReadonlySet<DockTab> = new Set(['curves', 'confusion']);

const lowest = 120;
/** Before anybody has moved it, the panel takes no more than half of what it shares with the pictures. */
const [mostUsual, besides] = [260, 290];
const usual = `min(${mostUsual}px, calc((100vh - ${besides}px) / 2))`;
const usualHeight = () => Math.round(Math.min(mostUsual, (window.innerHeight - besides) / 2));
/** The pictures keep at least this much. */
const leftForPictures = 330;
const highest = () => Math.max(lowest, window.innerHeight - leftForPictures);

function resize(height: number): void {
  setView({ dockHeight: Math.round(Math.min(highest(), Math.max(lowest, height))) });
}

function dragged(event: PointerEvent<HTMLElement>): void {
  if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
  const bottom = event.currentTarget.parentElement?.getBoundingClientRect().bottom ?? 0;
  resize(bottom - event.clientY);
}

function keyed(event: KeyboardEvent<HTMLElement>): void {
  const step = event.key === 'ArrowUp' ? 16 : event.key === 'ArrowDown' ? -16 : 0;
  if (step === 0) return;
  event.preventDefault();
  event.stopPropagation();
  const panel = event.currentTarget.parentElement?.querySelector('[role="tabpanel"]');
  resize((panel?.clientHeight ?? lowest) + step);
}

/** What the figures say, below the pictures: one tab at a time, or none. As high as the user drags it. */
export function Dock() {
  const text = useText();
  const tab = useView((state) => state.dockTab);
  const height = useView((state) => state.dockHeight);
  const tabs: readonly (readonly [DockTab, string])[] = [
    ['figures', text.dock.figures],
    ['pareto', text.dock.pareto],
    ['layers', text.dock.layers],
    ['graph', text.dock.graph],
    ['classes', text.dock.classes],
    ['curves', text.dock.curves],
    ['confusion', text.dock.confusion],
  ];
  return (
    <Tabs
      value={tab}
      onChange={(value) => setView({ dockTab: tabs.find(([id]) => id === value)?.[0] ?? null })}
      allowTabDeactivation
      keepMounted={false}
      className={styles.dock}
      classNames={{ list: styles.list ?? '', tab: styles.tab ?? '' }}
    >
      {tab !== null && (
        // biome-ignore lint/a11y/useSemanticElements: a separator that moves is not an <hr>
        <div
          className={styles.handle}
          role="separator"
          aria-label={text.dock.resize}
          aria-orientation="horizontal"
          aria-valuenow={Math.min(highest(), height ?? usualHeight())}
          aria-valuemin={lowest}
          aria-valuemax={highest()}
          tabIndex={0}
          onKeyDown={keyed}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={dragged}
        />
      )}
      <div className={styles.heads}>
        <Tabs.List aria-label={text.dock.label}>
          {tabs.map(([id, name]) => (
            <Tabs.Tab key={id} value={id}>
              {name}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tab !== null && <DockModel tab={tab} />}
        {tab !== null && (
          <button
            type="button"
            className={styles.close}
            aria-label={text.dock.close}
            onClick={() => setView({ dockTab: null })}
          >
            <IconX size={14} aria-hidden />
          </button>
        )}
      </div>
      {tab !== null && (
        <Tabs.Panel value={tab} className={styles.panel ?? ''} style={{ height: height ?? usual }}>
          {compared.has(tab) && <MeasuredNotes ofBoxes={!againstLabels.has(tab)} />}
          <Content key={tab} tab={tab} />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

function Content({ tab }: { readonly tab: DockTab }) {
  const Shown = contents[tab];
  return (
    <ErrorBoundary
      fallback={(thrown, retry) => (
        <div className={styles.empty}>
          <FailureNotice thrown={thrown} retry={retry} />
        </div>
      )}
    >
      <Suspense fallback={null}>
        <Shown />
      </Suspense>
    </ErrorBoundary>
  );
}
