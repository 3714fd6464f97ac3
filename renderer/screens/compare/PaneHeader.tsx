import { Loader, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Look } from '../../../models/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { formatBytes, formatMilliseconds } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { countFound, type JudgedObject } from '../../overlay/truth.ts';
import { retryLooks } from '../../state/looks.ts';
import { useProject } from '../../state/project.ts';
import { setView, useView } from '../../state/view.ts';
import { useColumnNames } from './columnNames.ts';
import { describeNoGrid } from './describeFate.ts';
import styles from './PaneHeader.module.css';
import type { ShownModel } from './shown.ts';

/** Name and the figures of this picture, above it: never over it, so that nothing is covered. */
export function PaneHeader(props: { readonly model: ShownModel; readonly chooses?: boolean }) {
  const text = useText();
  const { variant, shown } = props.model;
  const names = useColumnNames();
  if (!variant) return null;
  const name = <b>{names.get(variant.id) ?? variant.name}</b>;
  return (
    <header className={styles.header} title={variant.name}>
      {props.chooses && names.size > 2 ? <FocusMenu shownId={variant.id}>{name}</FocusMenu> : name}
      <span className="dim number">
        {shown && <span className={styles.time}>{`${formatMilliseconds(shown.look.ms.inference)} · `}</span>}
        <span className={styles.bytes}>{`${formatBytes(variant.inspection.bytes)}${shown ? ' · ' : ''}`}</span>
        {shown && text.common.boxes(shown.boxes.boxes.length)}
      </span>
      {shown && <FoundObjects objects={shown.objects} />}
    </header>
  );
}

/** How many of the labelled objects a model found, where they are shown. */
function FoundObjects({ objects }: { readonly objects: readonly JudgedObject[] | null }) {
  const text = useText();
  const on = useView(({ overlay }) => overlay.truth);
  if (!on) return null;
  return (
    <span className={`${styles.found} number`} role="status">
      {objects ? text.grid.found(countFound(objects), objects.length) : text.grid.noTruth}
    </span>
  );
}

/** The name of a variant as a way to the other ones, where one is shown at a time. */
function FocusMenu(props: { readonly shownId: string; readonly children: ReactNode }) {
  const text = useText();
  const variantIds = useView((state) => state.variantIds);
  const variants = useProject((state) => state.project.variants);
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <button type="button" className={styles.focus} title={text.compare.focusVariant}>
          {props.children}
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {variantIds.map((id) => (
          <Menu.Item key={id} disabled={id === props.shownId} onClick={() => setView({ focusedId: id })}>
            {variants.find((one) => one.id === id)?.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
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
  const asked = useView(({ overlay }) => overlay.heat || overlay.grid);
  // What was not asked for is on its way.
  if (!asked || look.levels.length > 0 || look.gridUnavailable === 'not-asked') return null;
  const why = describeNoGrid(look.gridUnavailable, text);
  return (
    <div className={`${styles.looking} ${styles.unavailable}`} title={why}>
      {why}
    </div>
  );
}
