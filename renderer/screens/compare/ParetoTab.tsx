import { ParetoPlot } from '../../components/ParetoPlot.tsx';
import { useProject } from '../../state/project.ts';
import { useCompared } from './compared.ts';
import dock from './Dock.module.css';
import { NotCompared } from './NotCompared.tsx';

/** Speed against agreement of everything that was compared with the baseline. */
export function ParetoTab() {
  const { report } = useCompared();
  const variants = useProject(({ project }) => project.variants);
  if (!report) return <NotCompared />;
  return (
    <div className={dock.plot}>
      <ParetoPlot report={report} variants={variants} fills />
    </div>
  );
}
