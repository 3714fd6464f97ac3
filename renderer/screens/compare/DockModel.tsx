import { Pick } from '../../components/Pick.tsx';
import { useText } from '../../i18n/text.ts';
import { useProject } from '../../state/project.ts';
import { type DockTab, setView, useView } from '../../state/view.ts';
import { useColumnNames } from './columnNames.ts';
import styles from './Dock.module.css';

/** Which model a tab tells of: of the variants where it is compared with the baseline, of all where it stands alone. */
export function DockModel({ tab }: { readonly tab: DockTab }) {
  const text = useText();
  const baselineId = useView((state) => state.baselineId);
  const variantIds = useView((state) => state.variantIds);
  const focusedId = useView((state) => state.focusedId);
  const ofBaseline = useView((state) => state.dockBaseline);
  const variants = useProject((state) => state.project.variants);
  const names = useColumnNames();
  const ids = choicesOf(tab, baselineId, variantIds);
  const shown = tab === 'confusion' && ofBaseline ? baselineId : focusedId;
  if (ids.length < 2 || shown === null) return null;
  return (
    <div className={styles.model}>
      <Pick
        label={text.dock.modelShown}
        brief
        value={names.get(shown) ?? ''}
        chosen={shown}
        options={ids.map((id) => ({ id, label: variants.find((one) => one.id === id)?.name ?? '' }))}
        onPick={(id) => setView(id === baselineId ? { dockBaseline: true } : { dockBaseline: false, focusedId: id })}
      />
    </div>
  );
}

function choicesOf(tab: DockTab, baselineId: string | null, variantIds: readonly string[]): readonly string[] {
  switch (tab) {
    case 'figures':
    case 'pareto':
    case 'curves':
      return []; // these show all of them
    case 'layers':
    case 'graph':
    case 'classes':
      return variantIds;
    case 'confusion':
      return baselineId === null ? variantIds : [baselineId, ...variantIds];
  }
}
