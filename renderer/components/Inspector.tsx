import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { useText } from '../i18n/text.ts';
import { setView, useView } from '../state/view.ts';
import styles from './Inspector.module.css';

const narrowest = 240;
const widest = 560;

function resize(width: number): void {
  setView({ inspectorWidth: Math.round(Math.min(widest, Math.max(narrowest, width))) });
}

function dragged(event: PointerEvent<HTMLElement>): void {
  if (event.currentTarget.hasPointerCapture(event.pointerId)) resize(window.innerWidth - event.clientX);
}

function keyed(event: KeyboardEvent): void {
  const step = event.key === 'ArrowLeft' ? 16 : event.key === 'ArrowRight' ? -16 : 0;
  if (step === 0) return;
  event.preventDefault();
  event.stopPropagation();
  resize(useView.getState().inspectorWidth + step);
}

/** What is selected, on the right; collapsible, and as wide as the user drags it. */
export function Inspector({ children }: { readonly children: ReactNode }) {
  const text = useText();
  const open = useView((state) => state.inspectorOpen);
  const width = useView((state) => state.inspectorWidth);
  if (!open) return null;
  return (
    <aside className={styles.inspector} style={{ width }} aria-label={text.context.inspector}>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that moves is not an <hr> */}
      <div
        className={styles.handle}
        role="separator"
        aria-orientation="vertical"
        aria-label={text.context.inspector}
        aria-valuenow={width}
        aria-valuemin={narrowest}
        aria-valuemax={widest}
        tabIndex={0}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={dragged}
        onKeyDown={keyed}
        onDoubleClick={() => resize(320)}
      />
      <div className={styles.content}>{children}</div>
    </aside>
  );
}
