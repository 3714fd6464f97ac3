import { memo, useDeferredValue } from 'react';
import type { ShownBox } from '../../overlay/selection.ts';

/** A box in words: class, score and corners in image pixels. */
export function describeBox({ className, score, box }: Pick<ShownBox, 'className' | 'score' | 'box'>): string {
  return `${className} ${score.toFixed(2)}, ${box.map((side) => side.toFixed(0)).join(' ')}`;
}

/** The text twin of a canvas: the boxes that are drawn on it, for those who cannot see it. Null while unknown. */
export function BoxTwin({ label, boxes }: { readonly label: string; readonly boxes: readonly ShownBox[] | null }) {
  const listed = useDeferredValue(boxes);
  return (
    <ul className="hidden" aria-label={label} aria-busy={listed === null}>
      <Items boxes={listed} />
    </ul>
  );
}

const Items = memo(function Items({ boxes }: { readonly boxes: readonly ShownBox[] | null }) {
  return boxes?.map((shown) => <li key={shown.candidate}>{describeBox(shown)}</li>);
});
