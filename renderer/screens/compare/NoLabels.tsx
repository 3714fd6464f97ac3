import { useText } from '../../i18n/text.ts';
import { useProject } from '../../state/project.ts';
import dock from './Dock.module.css';
import { NotCompared } from './NotCompared.tsx';

/** What a tab says that needs labelled pictures. */
export function NoLabels() {
  const text = useText();
  const hasDataset = useProject(({ project }) => project.datasets.length > 0);
  if (hasDataset) return <NotCompared says={text.dock.notAgainstLabels} />;
  return (
    <div className={dock.empty}>
      <p>{text.dock.needsLabels}</p>
    </div>
  );
}
