import { Loader } from '@mantine/core';
import type { Look } from '../../../models/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { formatBytes, formatMilliseconds } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { retryLooks } from '../../state/looks.ts';
import { useView } from '../../state/view.ts';
import styles from './Compare.module.css';
import type { ShownModel } from './shown.ts';

/** Name and the figures of this picture, above it: never over it, so that nothing is covered. */
export function PaneHeader({ model }: { readonly model: ShownModel }) {
  const text = useText();
  const { variant, shown } = model;
  if (!variant) return null;
  const figures = [
    ...(shown ? [formatMilliseconds(shown.look.ms.inference)] : []),
    formatBytes(variant.inspection.bytes),
    ...(shown ? [text.common.boxes(shown.boxes.boxes.length)] : []),
  ];
  return (
    <header className={styles.header}>
      <b>{variant.name}</b>
      <span className="dim number">{figures.join(' · ')}</span>
    </header>
  );
}

/** What stands in a pane while there is nothing to see. */
export function PaneMessage({ model, pictureFailed }: { readonly model: ShownModel; readonly pictureFailed: boolean }) {
  const text = useText();
  if (model.error) {
    return (
      <div className={styles.message}>
        <ErrorNotice error={model.error} retry={retryLooks} />
      </div>
    );
  }
  if (model.shown) return <GridNote look={model.shown.look} />;
  if (pictureFailed) return null;
  return (
    <div className={styles.looking} role="status">
      <Loader size={14} /> {text.compare.looking}
    </div>
  );
}

/** Why a grid or heat that is switched on cannot be seen. */
function GridNote({ look }: { readonly look: Look }) {
  const text = useText();
  const asked = useView(({ overlay }) => overlay.heat || overlay.strides.length > 0);
  if (!asked || look.levels.length > 0) return null;
  return <div className={styles.looking}>{look.gridUnavailableBecause ?? text.compare.noCellText}</div>;
}
