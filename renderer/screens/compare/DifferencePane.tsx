import { useCallback, useMemo, useRef } from 'react';
import { movedBelowIou } from '../../../models/geometry/agreement.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { compareBoxes, type Difference, drawDifference } from '../../overlay/difference.ts';
import { boxUnder, type ShownBox } from '../../overlay/selection.ts';
import { useView } from '../../state/view.ts';
import { describeBox } from './BoxTwin.tsx';
import { type DrawOver, PictureCanvas, useSize } from './Canvas.tsx';
import { useGestures } from './gestures.ts';
import styles from './Pane.module.css';
import { PaneHeader, PaneMessage } from './PaneHeader.tsx';
import { useCurrentPicture, useSharedClasses, useShownModel } from './shown.ts';

/** What a variant does differently, drawn on one picture. */
export function DifferencePane(props: { readonly baselineId: string; readonly variantId: string }) {
  const { baselineId, variantId } = props;
  const text = useText();
  const stage = useRef<HTMLDivElement>(null);
  const pane = useSize(stage);
  const labels = useView((state) => state.overlay.labels);
  const baseline = useShownModel(baselineId);
  const variant = useShownModel(variantId);
  const { picture, image, failed } = useCurrentPicture(baseline.shown?.look ?? null);
  const before = baseline.shown;
  const after = variant.shown;
  const difference = useMemo(() => before && after && compareBoxes(before, after), [before, after]);
  const words = text.compare;
  const { colorOf } = useSharedClasses();
  const drawOver = useCallback<DrawOver>(
    (context, transform, size) => {
      if (difference) drawDifference(context, difference, transform, size, { words, labels, colorOf });
    },
    [difference, words, labels, colorOf],
  );
  const gestures = useGestures(stage, pane, image, (point) => {
    const seen = after && boxUnder(after.boxes.boxes, point.x, point.y);
    if (seen) return { kind: 'box', variantId, candidate: seen.candidate };
    const lost = before && boxUnder(before.boxes.boxes, point.x, point.y);
    return lost && { kind: 'box', variantId: baselineId, candidate: lost.candidate };
  });
  const name = variant.variant?.name ?? '';
  return (
    <section className={styles.pane} aria-label={name}>
      <div className={styles.headers}>
        <PaneHeader model={baseline} />
        <PaneHeader model={variant} chooses />
      </div>
      <div ref={stage} className={styles.stage} {...gestures}>
        <PictureCanvas pane={pane} image={image} picture={picture} drawOver={drawOver} />
        {difference && <Legend difference={difference} />}
        <PaneMessage model={baseline.shown ? variant : baseline} pictureFailed={failed} />
      </div>
      {difference && (
        <ul className="hidden" aria-label={text.compare.differenceList(name)}>
          {listDifferences(difference, text).map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two boxes may be described alike
            <li key={index}>{line}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function listDifferences({ match, baseline, variant }: Difference, { compare }: Dictionary): string[] {
  const { pairs, lost, extra } = match;
  const line = (word: string, shown: ShownBox | undefined) => (shown ? [`${word}: ${describeBox(shown)}`] : []);
  return [
    ...lost.flatMap((index) => line(compare.lost, baseline[index])),
    ...extra.flatMap((index) => line(compare.extra, variant[index])),
    ...pairs.flatMap((pair) => line(pair.iou < movedBelowIou ? compare.moved : compare.matched, variant[pair.variant])),
  ];
}

function Legend({ difference }: { readonly difference: Difference }) {
  const { compare } = useText();
  const { pairs, lost, extra } = difference.match;
  const entries = [
    [compare.legendLost, lost.length, '12 6', 2.5],
    [compare.legendExtra, extra.length, '2 5', 3],
    [compare.legendMoved, difference.moved, '4 4', 2],
    [compare.legendMatched, pairs.length - difference.moved, '', 1.25],
  ] as const;
  return (
    <ul className={styles.legend}>
      {entries.map(([label, count, dashes, width]) => (
        <li key={label}>
          <svg width="28" height="8" aria-hidden="true">
            <line x1="1" x2="27" y1="4" y2="4" stroke="currentColor" strokeWidth={width} strokeDasharray={dashes} />
          </svg>
          {label} <b className="number">{count}</b>
        </li>
      ))}
    </ul>
  );
}
