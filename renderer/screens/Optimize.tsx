import { Tabs } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Variant } from '../../electron/contract.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { OpenModelButtons } from '../components/OpenModelButtons.tsx';
import { useText } from '../i18n/text.ts';
import { usePrediction } from '../state/prediction.ts';
import { useProject, useVariant } from '../state/project.ts';
import { useRecipe } from '../state/recipe.ts';
import { type OptimizeTab, setView, useView } from '../state/view.ts';
import styles from './optimize/Optimize.module.css';
import { PresetsPanel } from './optimize/PresetsPanel.tsx';
import { cleanStep } from './optimize/patterns.ts';
import { RecipeMenu } from './optimize/RecipeMenu.tsx';
import { RecipeRow, undoByKey } from './optimize/RecipeRow.tsx';
import { Results } from './optimize/Results.tsx';
import { RunPanel } from './optimize/RunPanel.tsx';
import { recipeProblem } from './optimize/recipeProblem.ts';
import { SensitivityPanel } from './optimize/SensitivityPanel.tsx';
import { StepPanel } from './optimize/StepPanel.tsx';

/** Making smaller or faster variants by a recipe, and what came of each beside its parent. */
export function Optimize() {
  const text = useText();
  const loaded = useProject((state) => state.loaded);
  const selected = useVariant(useView((state) => state.selectedId));
  if (!loaded) return null;
  if (!selected) {
    return (
      <EmptyState
        icon={<IconChartLine size={36} stroke={1.3} />}
        title={text.models.emptyTitle}
        text={text.optimize.emptyText}
      >
        <OpenModelButtons />
      </EmptyState>
    );
  }
  return <Workbench variant={selected} />;
}

function Workbench({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const placed = useRecipe((state) => state.steps);
  const steps = useMemo(() => placed.map(({ step }) => cleanStep(step)), [placed]);
  const pictures = useProject((state) => state.project.images.length);
  const problem = recipeProblem(steps, { precision: variant.inspection.precision, pictures }, text);
  const canForetell = steps.length > 0 && variant.present && variant.inspection.precision === 'fp32';
  const prediction = usePrediction(variant.id, steps, canForetell);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: undo works wherever the focus is
    <div className={styles.screen} onKeyDown={undoByKey}>
      <RecipeRow variant={variant} prediction={prediction} tools={<RecipeMenu variant={variant} steps={steps} />} />
      <div className={styles.work}>
        <div className={styles.form}>
          <div className={styles.fieldsArea}>
            <StepPanel />
          </div>
          <RunPanel variant={variant} steps={steps} problem={problem} />
        </div>
        <Outcome variant={variant} />
      </div>
    </div>
  );
}

const tabs = ['results', 'presets', 'sensitivity'] as const satisfies readonly OptimizeTab[];

function Outcome({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const tab = useView((state) => state.optimizeTab);
  const names = { results: text.optimize.results, presets: text.presets.title, sensitivity: text.sensitivity.title };
  return (
    <Tabs
      value={tab}
      onChange={(value) => setView({ optimizeTab: tabs.find((name) => name === value) ?? 'results' })}
      keepMounted={false}
      className={styles.outcome ?? ''}
    >
      <Tabs.List className={styles.tabs ?? ''}>
        {tabs.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {names[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="results" className={styles.results ?? ''}>
        <Results variant={variant} />
      </Tabs.Panel>
      <Tabs.Panel value="presets" className={styles.results ?? ''}>
        <PresetsPanel variant={variant} />
      </Tabs.Panel>
      <Tabs.Panel value="sensitivity" className={styles.results ?? ''}>
        <SensitivityPanel key={variant.id} variant={variant} />
      </Tabs.Panel>
    </Tabs>
  );
}
