import { Menu, Tooltip } from '@mantine/core';
import { IconLayoutSidebarRight, IconPlus, IconX } from '@tabler/icons-react';
import type { Variant } from '../../electron/contract.ts';
import { formatBytes } from '../format.ts';
import { useText } from '../i18n/text.ts';
import { shortenNames } from '../shortenNames.ts';
import { openByDialog } from '../state/actions.ts';
import { isRunnable, useProject } from '../state/project.ts';
import { maximumVariants, setView, useView } from '../state/view.ts';
import * as studio from '../studio.ts';
import styles from './ContextBar.module.css';
import { DevicePick } from './DevicePick.tsx';
import { Pick } from './Pick.tsx';

const paletteKeys = navigator.platform.startsWith('Mac') ? '⌘ K' : 'Ctrl K';

/** What everything below is about: pictures, models, device; and the way to every action. */
export function ContextBar() {
  const text = useText();
  const screen = useView((state) => state.screen);
  const inspectorOpen = useView((state) => state.inspectorOpen);
  const hasInspector = screen === 'models' || screen === 'compare';
  return (
    <header className={styles.bar}>
      <PicturesPick />
      {screen === 'compare' ? <ComparedModels /> : <SelectedModel />}
      <span className={styles.space} />
      <DevicePick />
      <Tooltip label={text.context.palette}>
        <button
          type="button"
          className={styles.key}
          aria-label={`${text.context.palette}: ${paletteKeys}`}
          onClick={() => setView({ paletteOpen: true })}
        >
          <kbd>{paletteKeys}</kbd>
        </button>
      </Tooltip>
      {hasInspector && (
        <Tooltip label={text.commands.toggleInspector}>
          <button
            type="button"
            className={styles.icon}
            aria-label={text.commands.toggleInspector}
            aria-pressed={inspectorOpen}
            onClick={() => setView({ inspectorOpen: !inspectorOpen })}
          >
            <IconLayoutSidebarRight size={18} stroke={1.6} aria-hidden />
          </button>
        </Tooltip>
      )}
    </header>
  );
}

function PicturesPick() {
  const text = useText();
  const count = useProject((state) => state.project.images.length);
  return (
    <Pick
      label={text.context.pictures}
      whole
      value={<span className="number">{count}</span>}
      chosen={null}
      options={[]}
      onPick={() => {}}
    >
      <Menu.Item onClick={() => void openByDialog('images')}>{text.common.openPictures}</Menu.Item>
      <Menu.Item onClick={() => void openByDialog('folder')}>{text.common.openFolder}</Menu.Item>
      <Menu.Divider />
      <Menu.Item disabled={count === 0} onClick={() => void studio.clearImages()}>
        {text.home.clearPictures}
      </Menu.Item>
    </Pick>
  );
}

function optionOf(variant: Variant) {
  return { id: variant.id, label: variant.name, note: formatBytes(variant.inspection.bytes) };
}

function SelectedModel() {
  const text = useText();
  const variants = useProject((state) => state.project.variants);
  const selectedId = useView((state) => state.selectedId);
  const selected = variants.find(({ id }) => id === selectedId);
  return (
    <Pick
      label={text.common.model}
      value={selected?.name ?? text.context.noModel}
      chosen={selectedId}
      options={variants.map(optionOf)}
      onPick={(id) => setView({ selectedId: id })}
    >
      {variants.length > 0 && <Menu.Divider />}
      <Menu.Item onClick={() => void openByDialog('models')}>{text.common.openModel}</Menu.Item>
    </Pick>
  );
}

function ComparedModels() {
  const text = useText();
  const variants = useProject((state) => state.project.variants);
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const runnable = variants.filter(isRunnable);
  const baseline = runnable.find(({ id }) => id === baselineId);
  const chosen = variantIds
    .map((id) => runnable.find((variant) => variant.id === id))
    .filter((one) => one !== undefined);
  const names = shortenNames([baseline?.name ?? '', ...chosen.map(({ name }) => name)]);
  const free = runnable.filter(({ id }) => id !== baselineId && !variantIds.includes(id));
  const setVariants = (ids: readonly string[]) =>
    setView({ variantIds: ids, focusedId: ids[0] ?? null, pinned: null, hovered: null });
  return (
    <>
      <Pick
        label={chosen.length === 0 ? text.common.model : text.common.baseline}
        brief
        value={baseline?.name ?? text.context.noModel}
        chosen={baselineId}
        options={runnable.map(optionOf)}
        onPick={(id) => {
          setView({ baselineId: id, pinned: null, hovered: null });
          setVariants(variantIds.filter((other) => other !== id));
        }}
      />
      {chosen.map((variant, index) => (
        <span key={variant.id} className={styles.chip} title={variant.name}>
          <Pick
            label={text.common.variant}
            brief
            value={names[index + 1]}
            chosen={variant.id}
            options={[variant, ...free].map(optionOf)}
            onPick={(id) => setVariants(variantIds.map((other) => (other === variant.id ? id : other)))}
          />
          <button
            type="button"
            className={styles.remove}
            aria-label={text.context.removeVariant(variant.name)}
            onClick={() => setVariants(variantIds.filter((id) => id !== variant.id))}
          >
            <IconX size={13} aria-hidden />
          </button>
        </span>
      ))}
      {free.length > 0 && chosen.length < maximumVariants && (
        <Menu position="bottom-start" width={300} shadow="md">
          <Menu.Target>
            <button type="button" className={styles.add}>
              <IconPlus size={14} aria-hidden />
              {text.context.addVariant}
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {free.map((variant) => (
              <Menu.Item key={variant.id} onClick={() => setVariants([...variantIds, variant.id])}>
                {variant.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
