import { Button } from '@mantine/core';
import { useText } from '../../i18n/text.ts';
import { compareNow } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { useView } from '../../state/view.ts';
import dock from './Dock.module.css';

/** What a tab says whose figures have not been measured, and the way to have them. */
export function NotCompared({ says }: { readonly says?: string }) {
  const text = useText();
  const alone = useView((state) => state.variantIds.length === 0);
  const comparing = useJobs((state) => state.jobs.some((job) => job.kind === 'compare' && isActive(job)));
  if (alone) {
    return (
      <div className={dock.empty}>
        <p>{text.compare.addVariantHint}</p>
      </div>
    );
  }
  return (
    <div className={dock.empty}>
      <p>{says ?? text.compare.notCompared}</p>
      <Button disabled={comparing} onClick={() => void compareNow()}>
        {comparing ? text.compare.comparing : text.compare.compareNow}
      </Button>
    </div>
  );
}
