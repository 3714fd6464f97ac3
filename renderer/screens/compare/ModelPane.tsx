import { useCallback, useRef } from 'react';
import { useText } from '../../i18n/text.ts';
import { drawScene } from '../../overlay/scene.ts';
import { useVariant } from '../../state/project.ts';
import { useView } from '../../state/view.ts';
import { BoxTwin } from './BoxTwin.tsx';
import { type DrawOver, PictureCanvas, useSize } from './Canvas.tsx';
import { useGestures } from './gestures.ts';
import styles from './Pane.module.css';
import { PaneHeader, PaneMessage } from './PaneHeader.tsx';
import { type Shown, useCurrentPicture, useSharedClasses, useShownModel } from './shown.ts';
import { emphasisFor, findTarget } from './targets.ts';

/** One model's picture. */
export function ModelPane({ variantId }: { readonly variantId: string }) {
  const text = useText();
  const stage = useRef<HTMLDivElement>(null);
  const pane = useSize(stage);
  const model = useShownModel(variantId);
  const { picture, image, failed } = useCurrentPicture(model.shown?.look ?? null);
  const drawOver = useSceneDrawing(variantId, model.shown);
  const overlay = useView((state) => state.overlay);
  const gestures = useGestures(stage, pane, image, (point, reach) =>
    model.shown ? findTarget(variantId, model.shown.look, model.shown.boxes, overlay, point, reach) : null,
  );
  const name = model.variant?.name ?? '';
  return (
    <section className={styles.pane} aria-label={name}>
      <PaneHeader model={model} />
      <div ref={stage} className={styles.stage} {...gestures}>
        <PictureCanvas pane={pane} image={image} picture={picture} drawOver={drawOver} />
        <PaneMessage model={model} pictureFailed={failed} />
      </div>
      <BoxTwin label={text.compare.boxList(name)} boxes={model.shown?.boxes.boxes ?? null} />
    </section>
  );
}

/** Draws a model's boxes, grid and heat, and what the pointer means. */
export function useSceneDrawing(variantId: string, shown: Shown | null): DrawOver {
  const overlay = useView((state) => state.overlay);
  const spec = useVariant(variantId)?.inspection.detector?.spec ?? null;
  const confidence = useView((state) => state.confidence);
  const classes = useSharedClasses();
  const target = useView((state) => state.hovered ?? state.pinned);
  const origin = useShownModel(target?.variantId ?? null).shown;
  return useCallback<DrawOver>(
    (context, transform, pane) => {
      if (!shown) return;
      const emphasis = emphasisFor(
        target,
        variantId,
        shown.look,
        shown.boxes,
        origin && { look: origin.look, shown: origin.boxes },
        classes,
      );
      const { look, boxes, objects } = shown;
      const scene = { look, shown: boxes, spec, objects, overlay, confidence, emphasis, classes };
      drawScene(context, scene, transform, pane);
    },
    [variantId, shown, spec, overlay, confidence, target, origin, classes],
  );
}
