import { Button } from '@mantine/core';
import { IconBox, IconPhoto } from '@tabler/icons-react';
import { useRef } from 'react';
import { EmptyState } from '../components/EmptyState.tsx';
import { Inspector } from '../components/Inspector.tsx';
import { OpenModelButtons } from '../components/OpenModelButtons.tsx';
import { useText } from '../i18n/text.ts';
import { arrangePanes } from '../overlay/arrangePanes.ts';
import { openByDialog } from '../state/actions.ts';
import { isRunnable, useProject } from '../state/project.ts';
import { setView, useView } from '../state/view.ts';
import { useSize } from './compare/Canvas.tsx';
import styles from './compare/Compare.module.css';
import { CompareInspector } from './compare/CompareInspector.tsx';
import { DifferencePane } from './compare/DifferencePane.tsx';
import { Dock } from './compare/Dock.tsx';
import { GridBar } from './compare/GridBar.tsx';
import { ImageStrip } from './compare/ImageStrip.tsx';
import { ModelPane } from './compare/ModelPane.tsx';
import { OverlayBar } from './compare/OverlayBar.tsx';
import { SwipePane } from './compare/SwipePane.tsx';
import { useShownModel } from './compare/shown.ts';

/** Height of a pane's header, in pixels, as in the style sheet. */
const paneHeader = 28;

/** Looking: one model alone, or a baseline and what was made of it, on the same pictures. */
export function Compare() {
  const loaded = useProject((state) => state.loaded);
  const ready = useProject((state) => state.project.variants.some(isRunnable) && state.project.images.length > 0);
  if (!loaded) return null;
  if (!ready) return <NothingYet />;
  return (
    <div className={styles.screen}>
      <div className={styles.work}>
        <OverlayBar />
        <GridBar />
        <Panes />
        <Dock />
        <ImageStrip />
      </div>
      <Inspector>
        <CompareInspector />
      </Inspector>
    </div>
  );
}

function Panes() {
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const focusedId = useView((state) => state.focusedId);
  const mode = useView((state) => state.mode);
  if (baselineId === null) return <div className={styles.panes} />;
  const focused = focusedId ?? variantIds[0];
  if (mode === 'side-by-side' || focused === undefined) return <SideBySide ids={[baselineId, ...variantIds]} />;
  return (
    <div className={styles.panes}>
      {mode === 'swipe' ? (
        <SwipePane baselineId={baselineId} variantId={focused} />
      ) : (
        <DifferencePane baselineId={baselineId} variantId={focused} />
      )}
    </div>
  );
}

/** Equal panes, in as many rows as show the picture largest. */
function SideBySide({ ids }: { readonly ids: readonly string[] }) {
  const panes = useRef<HTMLDivElement>(null);
  const area = useSize(panes);
  const look = useShownModel(ids[0] ?? null).shown?.look;
  const columns = look && area ? arrangePanes(ids.length, area, look, paneHeader) : ids.length;
  return (
    <div ref={panes} className={styles.panes} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {ids.map((id) => (
        <ModelPane key={id} variantId={id} />
      ))}
    </div>
  );
}

function NothingYet() {
  const text = useText();
  const hasModel = useProject((state) => state.project.variants.length > 0);
  const runnable = useProject((state) => state.project.variants.some(isRunnable));
  if (runnable) {
    return (
      <EmptyState
        icon={<IconPhoto size={36} stroke={1.3} />}
        title={text.compare.emptyTitle}
        text={text.compare.emptyNoPictures}
      >
        <Button onClick={() => void openByDialog('images')}>{text.common.openPictures}</Button>
        <Button variant="default" onClick={() => void openByDialog('folder')}>
          {text.common.openFolder}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconBox size={36} stroke={1.3} />}
      title={text.compare.emptyTitle}
      text={hasModel ? text.compare.emptyNotRunnable : text.compare.emptyNoModel}
    >
      <OpenModelButtons />
      {hasModel && (
        <Button variant="default" onClick={() => setView({ screen: 'models' })}>
          {text.screens.models}
        </Button>
      )}
    </EmptyState>
  );
}
