import type { Variant } from '../../../electron/contract.ts';
import { useText } from '../../i18n/text.ts';
import { findPresets, usePresets } from '../../state/presets.ts';
import { isRunnable, useProject } from '../../state/project.ts';
import { MeasureButton } from './MeasureButton.tsx';
import { PresetCard } from './PresetCard.tsx';
import styles from './Presets.module.css';

/** Recipes for usual aims, chosen by what they are measured to give on this machine. */
export function PresetsPanel({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const images = useProject((state) => state.project.images);
  const found = usePresets((state) => findPresets(state, variant.id, images));
  const problem =
    images.length === 0 ? text.sensitivity.noPictures : isRunnable(variant) ? null : text.sensitivity.notRunnable;
  return (
    <div className={styles.panel}>
      <MeasureButton request={{ kind: 'presets', variantId: variant.id }} problem={problem} again={found !== null} />
      {found === null ? (
        <p className="dim">{problem ?? text.presets.explain}</p>
      ) : (
        <>
          <p className="dim">{text.presets.measuredOn(found.report.device, found.report.images)}</p>
          {found.report.presets.map((preset) => (
            <PresetCard key={preset.name} preset={preset} />
          ))}
        </>
      )}
    </div>
  );
}
