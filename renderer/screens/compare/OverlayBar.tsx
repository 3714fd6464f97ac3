import { Tooltip } from '@mantine/core';
import { IconColumns2, IconLayersDifference, IconMaximize, IconSeparatorVertical } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useText } from '../../i18n/text.ts';
import { fitView } from '../../overlay/view.ts';
import { type CompareMode, setOverlay, setView, useView } from '../../state/view.ts';
import styles from './OverlayBar.module.css';
import { ThresholdSlider } from './ThresholdSlider.tsx';

/** How the pictures are shown, what is drawn over them, and from which score on. */
export function OverlayBar() {
  const text = useText();
  const overlay = useView((state) => state.overlay);
  const difference = useView((state) => state.mode === 'difference' && state.variantIds.length > 0);
  return (
    <div className={styles.bar} role="toolbar" aria-label={text.compare.showing}>
      <Modes />
      <Toggle on={overlay.boxes} keyName="B" disabled={difference} onToggle={(boxes) => setOverlay({ boxes })}>
        {text.compare.boxes}
      </Toggle>
      <Toggle on={overlay.labels} keyName="L" onToggle={(labels) => setOverlay({ labels })}>
        {text.compare.labels}
      </Toggle>
      <Toggle on={overlay.grid} keyName="G" disabled={difference} onToggle={(grid) => setOverlay({ grid })}>
        {text.compare.grid}
      </Toggle>
      <Toggle on={overlay.heat} keyName="H" disabled={difference} onToggle={(heat) => setOverlay({ heat })}>
        {text.compare.heat}
      </Toggle>
      <Toggle
        on={overlay.candidates}
        keyName="C"
        disabled={difference}
        onToggle={(candidates) => setOverlay({ candidates })}
      >
        {text.compare.candidates}
      </Toggle>
      <Toggle
        on={overlay.truth}
        keyName="T"
        disabled={difference}
        title={text.compare.truthLong}
        onToggle={(truth) => setOverlay({ truth })}
      >
        {text.compare.truth}
      </Toggle>
      <div className={styles.right}>
        <Tooltip label={`${text.compare.fit} (0)`}>
          <button
            type="button"
            className={`${styles.toggle} ${styles.fit}`}
            aria-label={text.compare.fit}
            onClick={() => setView({ view: fitView })}
          >
            <IconMaximize size={15} stroke={1.7} aria-hidden />
          </button>
        </Tooltip>
        <Thresholds />
      </div>
    </div>
  );
}

function Modes() {
  const { compare } = useText();
  const mode = useView((state) => state.mode);
  const alone = useView((state) => state.variantIds.length === 0);
  if (alone) return null;
  const modes: readonly (readonly [CompareMode, string, typeof IconColumns2])[] = [
    ['side-by-side', compare.sideBySide, IconColumns2],
    ['swipe', compare.swipe, IconSeparatorVertical],
    ['difference', compare.difference, IconLayersDifference],
  ];
  return (
    <>
      {modes.map(([id, name, Icon]) => (
        <button
          type="button"
          key={id}
          className={`${styles.toggle} ${styles.mode}`}
          title={name}
          aria-pressed={mode === id}
          onClick={() => setView({ mode: id })}
        >
          <Icon size={16} stroke={1.6} aria-hidden />
          <span>{name}</span>
        </button>
      ))}
      <span className={styles.gap} />
    </>
  );
}

function Toggle(props: {
  readonly on: boolean;
  readonly keyName: string;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly onToggle: (on: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-pressed={props.on}
      disabled={props.disabled}
      title={props.title}
      aria-keyshortcuts={props.keyName}
      onClick={() => props.onToggle(!props.on)}
    >
      {props.children}
    </button>
  );
}

/** Apart from the rest of the bar, which need not be rendered again with every step of a slider. */
function Thresholds() {
  const text = useText();
  const confidence = useView((state) => state.confidence);
  const iou = useView((state) => state.iou);
  return (
    <>
      <Threshold
        label={text.compare.confidence}
        title={text.compare.confidenceLong}
        value={confidence}
        onChange={(value) => setView({ confidence: value })}
      />
      <Threshold
        label={text.compare.iou}
        title={text.compare.iouLong}
        value={iou}
        onChange={(value) => setView({ iou: value })}
      />
    </>
  );
}

function Threshold(props: {
  readonly label: string;
  readonly title: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <div className={styles.threshold} title={props.title}>
      <span aria-hidden>{props.label}</span>
      <ThresholdSlider name={props.title} value={props.value} onChange={props.onChange} />
      <output className="number">{props.value.toFixed(2)}</output>
    </div>
  );
}
