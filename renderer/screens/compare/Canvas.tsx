import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { drawPicture, prepareCanvas } from '../../overlay/canvas.ts';
import { type Size, type Transform, transformOf } from '../../overlay/view.ts';
import { useView } from '../../state/view.ts';
import styles from './Pane.module.css';

/** Follows the size of an element, in CSS pixels; null until it is known. */
export function useSize(element: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) return;
    const measure = () => setSize({ width: watched.clientWidth, height: watched.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(watched);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Draws into a canvas once per frame at most, whenever `draw` changes. */
function useDrawing(pane: Size | null, draw: (context: CanvasRenderingContext2D, pane: Size) => void) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!pane) return;
    const frame = requestAnimationFrame(() => {
      const context = canvas.current && prepareCanvas(canvas.current, pane);
      if (context) draw(context, pane);
    });
    return () => cancelAnimationFrame(frame);
  }, [pane, draw]);
  return canvas;
}

/** Draws over the picture; must be kept by `useCallback`, since a new function means a new drawing. */
export type DrawOver = (context: CanvasRenderingContext2D, transform: Transform, pane: Size) => void;

/** A picture and what is drawn over it, on two canvases: thresholds redraw only the upper one. */
export function PictureCanvas(props: {
  readonly pane: Size | null;
  readonly image: Size | null;
  readonly picture: HTMLImageElement | null;
  readonly drawOver: DrawOver;
  /** CSS clip-path of both. */
  readonly clip?: string;
}) {
  const view = useView((state) => state.view);
  const { pane, image, picture, drawOver } = props;
  const lowerCanvas = useDrawing(
    pane,
    useCallback(
      (context, size) => {
        if (image && picture) drawPicture(context, picture, image, transformOf(view, size, image));
      },
      [image, picture, view],
    ),
  );
  const upperCanvas = useDrawing(
    pane,
    useCallback(
      (context, size) => {
        if (image) drawOver(context, transformOf(view, size, image), size);
      },
      [image, drawOver, view],
    ),
  );
  const style = props.clip === undefined ? undefined : { clipPath: props.clip };
  return (
    <>
      <canvas ref={lowerCanvas} className={styles.canvas} style={style} aria-hidden />
      <canvas ref={upperCanvas} className={styles.canvas} style={style} data-layer="overlay" aria-hidden />
    </>
  );
}
