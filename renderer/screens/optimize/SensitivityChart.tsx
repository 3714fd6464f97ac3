import { IconLock } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useText } from '../../i18n/text.ts';
import styles from './Sensitivity.module.css';
import type { SensitivityBar } from './sensitivityBars.ts';

const rowHeight = 26;

/**
 * What each layer loses, worst first, as a list of bars that are buttons: one is pressed while its layer is kept as it is. Arrows
 * move between them; only those in sight exist.
 */
export function SensitivityChart(props: {
  readonly label: string;
  readonly bars: readonly SensitivityBar[];
  readonly onToggle: (layer: string) => void;
}) {
  const { bars, label, onToggle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const virtual = useVirtualizer({
    count: bars.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const barAt = (index: number) => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  const keyed = (event: KeyboardEvent) => {
    const target = nextBar(event.key, current, bars.length);
    if (target === null) return;
    event.preventDefault();
    setCurrent(target);
    virtual.scrollToIndex(target);
    // At once where it is in sight: a key pressed right after must not meet the bar before.
    const inSight = barAt(target);
    if (inSight) inSight.focus();
    else requestAnimationFrame(() => barAt(target)?.focus());
  };
  return (
    <div ref={scroller} className={styles.scroller}>
      <ul aria-label={label} style={{ height: virtual.getTotalSize() }} onKeyDown={keyed}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const bar = bars[index];
          return (
            bar && (
              <li
                key={key}
                aria-setsize={bars.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Bar
                  bar={bar}
                  index={index}
                  reachable={index === Math.min(current, bars.length - 1)}
                  onToggle={() => {
                    setCurrent(index);
                    onToggle(bar.name);
                  }}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function nextBar(key: string, current: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, current + 1);
    case 'ArrowUp':
      return Math.max(0, current - 1);
    case 'PageDown':
      return Math.min(last, current + 10);
    case 'PageUp':
      return Math.max(0, current - 10);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

function Bar(props: {
  readonly bar: SensitivityBar;
  readonly index: number;
  readonly reachable: boolean;
  readonly onToggle: () => void;
}) {
  const text = useText().sensitivity;
  const { bar, index, reachable, onToggle } = props;
  const { kept } = bar;
  const note = kept?.by === 'pattern' ? text.keptByPattern(kept.pattern) : bar.canBeKept ? undefined : text.nameless;
  return (
    <button
      type="button"
      className={styles.bar}
      data-index={index}
      tabIndex={reachable ? 0 : -1}
      aria-pressed={kept !== null}
      aria-disabled={note !== undefined}
      title={note ? `${bar.name}\n${note}` : bar.name}
      onClick={() => {
        if (note === undefined) onToggle();
      }}
    >
      <span className={styles.mark}>{kept && <IconLock size={13} aria-hidden />}</span>
      <span className={styles.name}>
        <bdi>{bar.name}</bdi>
      </span>
      <span className={styles.track} aria-hidden>
        {bar.shares.map((share, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one bar for each amount, in order
          <i key={at} style={{ width: `${Math.max(0.3, 100 * share)}%` }} />
        ))}
      </span>
      {bar.figures.map((figure, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: figures have no other name
        <span key={at} className={styles.figure}>
          {figure}
        </span>
      ))}
    </button>
  );
}
