import { useText } from '../../i18n/text.ts';
import { useProject } from '../../state/project.ts';
import { useCompared } from './compared.ts';
import dock from './Dock.module.css';
import { NotCompared } from './NotCompared.tsx';

/** What a tab says that needs labelled pictures. */
export function NoLabels() {
  const text = useText();
  const hasDataset = useProject(({ project }) => project.datasets.length > 0);
  const { report } = useCompared();
  if (hasDataset) return <NotCompared says={(report?.warnings ?? [text.dock.notAgainstLabels]).join(' ')} />;
  return (
    <div className={dock.empty}>
      <p>{text.dock.needsLabels}</p>
    </div>
  );
}
