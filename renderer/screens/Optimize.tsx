import { Tabs } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import type { Variant } from '../../electron/contract.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { OpenModelButtons } from '../components/OpenModelButtons.tsx';
import { useText } from '../i18n/text.ts';
import { useProject, useVariant } from '../state/project.ts';
import { type OptimizeTab, setView, useView } from '../state/view.ts';
import styles from './optimize/Optimize.module.css';
import { RecipeRow, undoByKey } from './optimize/RecipeRow.tsx';
import { Results } from './optimize/Results.tsx';
import { RunPanel } from './optimize/RunPanel.tsx';
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
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: undo works wherever the focus is
    <div className={styles.screen} onKeyDown={undoByKey}>
      <RecipeRow variant={selected} predicted={[]} tools={null} />
      <div className={styles.work}>
        <div className={styles.form}>
          <div className={styles.fieldsArea}>
            <StepPanel />
          </div>
          <RunPanel variant={selected} />
        </div>
        <Outcome variant={selected} />
      </div>
    </div>
  );
}

const tabs = ['results', 'sensitivity'] as const satisfies readonly OptimizeTab[];

function Outcome({ variant }: { readonly variant: Variant }) {
  const text = useText();
  const tab = useView((state) => state.optimizeTab);
  const names = { results: text.optimize.results, sensitivity: text.sensitivity.title };
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
      <Tabs.Panel value="sensitivity" className={styles.results ?? ''}>
        <SensitivityPanel key={variant.id} variant={variant} />
      </Tabs.Panel>
    </Tabs>
  );
}
