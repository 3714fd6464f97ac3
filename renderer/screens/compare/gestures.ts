import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import { fitView, type Point, panBy, type Size, toImage, transformOf, zoomAt } from '../../overlay/view.ts';
import { sameTarget, setView, type Target, useView } from '../../state/view.ts';

/** Pixels a press may move and still be a click. */
const clickSlack = 4;
/** Pixels around a line that count as the line. */
const lineReach = 5;

/** What lies under a point: image pixels, the reach of the pointer in image pixels, and the point in the pane. */
export type FindTarget = (point: Point, reach: number, pane: Point) => Target | null;

interface Press {
  readonly start: Point;
  last: Point;
  moved: boolean;
}

/** Wheel zooms at the pointer, drag pans, a click pins, a double click fits: for all panes at once. */
export function useGestures(
  stage: RefObject<HTMLElement | null>,
  pane: Size | null,
  image: Size | null,
  findTarget: FindTarget,
) {
  const press = useRef<Press | null>(null);

  useEffect(() => {
    const element = stage.current;
    if (!element || !pane || !image) return;
    const zoom = (event: WheelEvent) => {
      event.preventDefault();
      const speed = event.ctrlKey ? 0.01 : 0.0016;
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 16 : event.deltaY;
      const view = zoomAt(useView.getState().view, pane, image, pointIn(element, event), Math.exp(-pixels * speed));
      setView({ view });
    };
    // React listens to wheels passively, so that it could not keep the page from scrolling.
    element.addEventListener('wheel', zoom, { passive: false });
    return () => element.removeEventListener('wheel', zoom);
  }, [stage, pane, image]);

  const targetUnder = (at: Point): Target | null => {
    if (!pane || !image) return null;
    const transform = transformOf(useView.getState().view, pane, image);
    return findTarget(toImage(transform, at), lineReach / transform.scale, at);
  };
  const hover = (target: Target | null) => {
    if (!sameTarget(useView.getState().hovered, target)) setView({ hovered: target });
  };

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 && event.button !== 1) return;
      const start = pointIn(event.currentTarget, event);
      press.current = { start, last: start, moved: false };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const at = pointIn(event.currentTarget, event);
      const held = press.current;
      if (!held) {
        hover(targetUnder(at));
        return;
      }
      held.moved ||= Math.hypot(at.x - held.start.x, at.y - held.start.y) > clickSlack;
      if (!held.moved || !pane || !image) return;
      setView({ view: panBy(useView.getState().view, pane, image, at.x - held.last.x, at.y - held.last.y) });
      held.last = at;
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      const held = press.current;
      press.current = null;
      if (!held || held.moved || event.button !== 0) return;
      const target = targetUnder(pointIn(event.currentTarget, event));
      setView({ pinned: sameTarget(useView.getState().pinned, target) ? null : target });
    },
    onPointerCancel() {
      press.current = null;
    },
    onPointerLeave() {
      hover(null);
    },
    onDoubleClick() {
      setView({ view: fitView });
    },
  };
}

function pointIn(element: Element, event: { readonly clientX: number; readonly clientY: number }): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}
