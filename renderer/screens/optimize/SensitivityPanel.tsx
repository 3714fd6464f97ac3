import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { Variant } from '../../../electron/contract.ts';
import type { QuantizeOptions } from '../../../models/recipeSchema.ts';
import { useText } from '../../i18n/text.ts';
import { isRunnable, useProject } from '../../state/project.ts';
import { quantizeDefaults, stepToProtectIn, toggleKept, useRecipe } from '../../state/recipe.ts';
import { findSensitivity, losesAlike, type SensitivityTarget, useSensitivity } from '../../state/sensitivity.ts';
import { MeasureButton } from './MeasureButton.tsx';
import styles from './Sensitivity.module.css';
import { SensitivityChart } from './SensitivityChart.tsx';
import { makeBars } from './sensitivityBars.ts';

/** Where it hurts: what each layer of the model loses when it alone is quantized, or pruned. A click keeps a layer as it is. */
export function SensitivityPanel({ variant }: { readonly variant: Variant }) {
  const text = useText().sensitivity;
  const [target, setTarget] = useState<SensitivityTarget>('quantize');
  const options = useQuantizeOptions();
  const pruned = useRecipe((state) => stepToProtectIn(state, 'prune')?.step);
  const keep = target === 'quantize' ? options.keep : pruned?.operation === 'prune' ? pruned.options.keep : [];
  const images = useProject((state) => state.project.images);
  const found = useSensitivity((state) => findSensitivity(state, variant.id, target, images));
  const problem = images.length === 0 ? text.noPictures : isRunnable(variant) ? null : text.notRunnable;
  const words = text[target];
  const isOld = found?.options !== undefined && !losesAlike(found.options, options);
  return (
    <div className={styles.panel}>
      <div className={styles.head}>
        <SegmentedControl
          aria-label={text.target}
          value={target}
          onChange={setTarget}
          data={[
            { value: 'quantize', label: text.quantize.name },
            { value: 'prune', label: text.prune.name },
          ]}
        />
        <MeasureButton
          request={
            // Every layer is measured, also those that are kept now: one may want to let go of them.
            target === 'quantize'
              ? { kind: 'sensitivity', variantId: variant.id, for: target, options: { ...options, keep: [] } }
              : { kind: 'sensitivity', variantId: variant.id, for: target }
          }
          problem={problem}
          again={found !== null}
        />
      </div>
      {found === null ? (
        <p className={`${styles.note} dim`}>{problem ?? words.explain}</p>
      ) : (
        <>
          <p className={`${styles.note} dim`}>
            {text.measuredOn(found.report.images)} {words.click}{' '}
            {isOld && <span className="warn">{text.otherOptions}</span>}
          </p>
          <div className={styles.columns} aria-hidden>
            <span />
            <span>{text.layer}</span>
            <span>{words.drawn}</span>
            <span className={styles.figure}>{words.figure}</span>
            <span className={styles.figure}>{text.drop}</span>
          </div>
          <SensitivityChart
            label={text.chart}
            bars={makeBars(found.report, keep)}
            onToggle={(layer) => toggleKept(target, layer)}
          />
        </>
      )}
    </div>
  );
}

/** Those of the step that layers are kept in; where there is none yet, those it would be added with. */
function useQuantizeOptions(): QuantizeOptions {
  const step = useRecipe((state) => stepToProtectIn(state, 'quantize')?.step);
  return step?.operation === 'quantize' ? step.options : quantizeDefaults;
}
