import { IconBinaryTree2 } from '@tabler/icons-react';
import { EmptyState } from '../components/EmptyState.tsx';
import { Inspector } from '../components/Inspector.tsx';
import { OpenModelButtons } from '../components/OpenModelButtons.tsx';
import { useText } from '../i18n/text.ts';
import { useProject, useVariant } from '../state/project.ts';
import { useView } from '../state/view.ts';
import { LayersTable } from './models/LayersTable.tsx';
import { Lineage } from './models/Lineage.tsx';
import { ModelInspector } from './models/ModelInspector.tsx';
import styles from './models/Models.module.css';

/** What is open, what was made from what, and everything a file says about itself. */
export function Models() {
  const text = useText();
  const loaded = useProject((state) => state.loaded);
  const empty = useProject((state) => state.project.variants.length === 0);
  const selected = useVariant(useView((state) => state.selectedId));
  if (!loaded) return null;
  if (empty) {
    return (
      <EmptyState
        icon={<IconBinaryTree2 size={36} stroke={1.3} />}
        title={text.models.emptyTitle}
        text={text.models.emptyText}
      >
        <OpenModelButtons />
      </EmptyState>
    );
  }
  return (
    <div className={styles.screen}>
      <div className={styles.work}>
        <Lineage />
        {selected && <LayersTable key={selected.id} layers={selected.inspection.layers} />}
      </div>
      <Inspector>{selected && <ModelInspector variant={selected} />}</Inspector>
    </div>
  );
}
