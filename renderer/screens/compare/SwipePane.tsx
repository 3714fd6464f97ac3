import { type KeyboardEvent, useRef } from 'react';
import { useText } from '../../i18n/text.ts';
import { setView, useView } from '../../state/view.ts';
import { BoxTwin } from './BoxTwin.tsx';
import { PictureCanvas, useSize } from './Canvas.tsx';
import { useGestures } from './gestures.ts';
import { useSceneDrawing } from './ModelPane.tsx';
import styles from './Pane.module.css';
import { PaneHeader, PaneMessage } from './PaneHeader.tsx';
import { useCurrentPicture, useShownModel } from './shown.ts';
import { findTarget } from './targets.ts';

function move(share: number): void {
  setView({ swipe: Math.min(1, Math.max(0, share)) });
}

function keyed(event: KeyboardEvent): void {
  const step = event.key === 'ArrowLeft' ? -0.02 : event.key === 'ArrowRight' ? 0.02 : 0;
  if (step === 0) return;
  event.preventDefault();
  event.stopPropagation();
  move(useView.getState().swipe + step);
}

/** The baseline left of a divider and a variant right of it, on one picture. */
export function SwipePane(props: { readonly baselineId: string; readonly variantId: string }) {
  const text = useText();
  const stage = useRef<HTMLDivElement>(null);
  const pane = useSize(stage);
  const swipe = useView((state) => state.swipe);
  const overlay = useView((state) => state.overlay);
  const baseline = useShownModel(props.baselineId);
  const variant = useShownModel(props.variantId);
  const { picture, image, failed } = useCurrentPicture(baseline.shown?.look ?? null);
  const drawBaseline = useSceneDrawing(props.baselineId, baseline.shown);
  const drawVariant = useSceneDrawing(props.variantId, variant.shown);
  const gestures = useGestures(stage, pane, image, (point, reach, at) => {
    const left = pane !== null && at.x < swipe * pane.width;
    const { shown } = left ? baseline : variant;
    const id = left ? props.baselineId : props.variantId;
    return shown && findTarget(id, shown.look, shown.boxes, overlay, point, reach);
  });
  const percent = 100 * swipe;
  const name = `${baseline.variant?.name ?? ''} · ${variant.variant?.name ?? ''}`;
  return (
    <section className={styles.pane} aria-label={name}>
      <div className={styles.headers}>
        <PaneHeader model={baseline} />
        <PaneHeader model={variant} chooses />
      </div>
      <div ref={stage} className={styles.stage} {...gestures}>
        <PictureCanvas
          pane={pane}
          image={image}
          picture={picture}
          drawOver={drawBaseline}
          clip={`inset(0 ${100 - percent}% 0 0)`}
        />
        <PictureCanvas
          pane={pane}
          image={image}
          picture={picture}
          drawOver={drawVariant}
          clip={`inset(0 0 0 ${percent}%)`}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a separator that moves is not an <hr> */}
        <div
          className={styles.divider}
          style={{ left: `${percent}%` }}
          role="separator"
          aria-label={text.compare.swipeDivider}
          aria-orientation="vertical"
          aria-valuenow={Math.round(percent)}
          aria-valuemin={0}
          aria-valuemax={100}
          tabIndex={0}
          onKeyDown={keyed}
          onPointerDown={(event) => {
            event.stopPropagation();
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            if (!event.currentTarget.hasPointerCapture(event.pointerId) || !stage.current || !pane) return;
            event.stopPropagation();
            move((event.clientX - stage.current.getBoundingClientRect().left) / pane.width);
          }}
          onPointerUp={(event) => event.stopPropagation()}
          onDoubleClick={(event) => {
            event.stopPropagation();
            move(0.5);
          }}
        />
        <PaneMessage
          model={[baseline, variant].find(({ error, shown }) => error || !shown) ?? variant}
          pictureFailed={failed}
        />
      </div>
      <BoxTwin label={text.compare.boxList(baseline.variant?.name ?? '')} boxes={baseline.shown?.boxes.boxes ?? null} />
      <BoxTwin label={text.compare.boxList(variant.variant?.name ?? '')} boxes={variant.shown?.boxes.boxes ?? null} />
    </section>
  );
}
