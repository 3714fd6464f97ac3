import { Button } from '@mantine/core';
import { memo, useDeferredValue, useMemo } from 'react';
import type { Variant } from '../../../electron/contract.ts';
import { FiguresTable } from '../../components/FiguresTable.tsx';
import { Section } from '../../components/Section.tsx';
import { comparedModel, comparisonRows, type PictureFigures, pictureRows } from '../../figures.ts';
import { useText } from '../../i18n/text.ts';
import { compareBoxes } from '../../overlay/difference.ts';
import { compareNow } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { useProject } from '../../state/project.ts';
import styles from './Details.module.css';
import { GridExplanation } from './GridExplanation.tsx';
import { MeasuredNoteLines } from './MeasuredNotes.tsx';
import { ObjectList } from './ObjectList.tsx';
import { SaveReport } from './SaveReport.tsx';
import { type ShownModel, useShownModels } from './shown.ts';
import { TargetDetails } from './TargetDetails.tsx';

/** What the figures say: of this picture, of all pictures, of the box or cell that is meant. */
export function CompareInspector() {
  // The boxes come first: while a slider is dragged the figures may follow a frame later.
  return <Figures models={useDeferredValue(useShownModels())} />;
}

const Figures = memo(function Figures({ models }: { readonly models: readonly ShownModel[] }) {
  return (
    <>
      <PictureSection models={models} />
      {models[0] && <GridExplanation model={models[0]} />}
      {models[0] && <ObjectList model={models[0]} />}
      <AllPicturesSection variants={models.map(({ variant }) => variant).filter((variant) => variant !== undefined)} />
      <div className={styles.target}>
        <TargetDetails models={models} />
      </div>
    </>
  );
});

function PictureSection({ models }: { readonly models: readonly ShownModel[] }) {
  const text = useText();
  const baseline = models[0]?.shown;
  const figures = models.map(({ shown }, index): PictureFigures | null => {
    if (!shown) return null;
    const difference = index > 0 && baseline ? compareBoxes(baseline, shown) : null;
    return { boxes: shown.boxes.boxes.length, time: shown.look.ms.inference, difference };
  });
  return (
    <Section title={text.compare.thisPicture}>
      <FiguresTable names={models.map(({ variant }) => variant?.name ?? '')} rows={pictureRows(figures, text)} />
    </Section>
  );
}

function AllPicturesSection({ variants }: { readonly variants: readonly Variant[] }) {
  const text = useText();
  const [baseline] = variants;
  const report = useProject((state) => (baseline ? state.project.comparisons[baseline.id] : undefined));
  const imageCount = useProject((state) => state.project.images.length);
  const comparing = useJobs((state) => state.jobs.some((job) => job.kind === 'compare' && isActive(job)));
  const columns = useMemo(
    () => variants.map((variant) => comparedModel(report, variant.modelPath)),
    [variants, report],
  );
  const missing = columns.some((model) => model === undefined);
  if (!baseline) return null;
  if (variants.length < 2) {
    return (
      <Section title={text.compare.allPictures(imageCount)}>
        <p className={styles.note}>{text.compare.addVariantHint}</p>
      </Section>
    );
  }
  const measured = report && columns.some((model) => model?.agreement) ? report : undefined;
  return (
    <Section
      title={
        measured && measured.imageCount !== imageCount
          ? text.compare.comparedPictures(measured.imageCount)
          : text.compare.allPictures(measured?.imageCount ?? imageCount)
      }
    >
      {measured && (
        <>
          <FiguresTable names={variants.map(({ name }) => name)} rows={comparisonRows(columns, text)} />
          <p className={styles.note}>{measured.device}</p>
          <MeasuredNoteLines />
        </>
      )}
      {!measured && <p className={styles.note}>{text.compare.notCompared}</p>}
      <div className={styles.buttons}>
        <Button
          variant={missing ? 'filled' : 'default'}
          disabled={comparing || imageCount === 0}
          onClick={() => void compareNow()}
        >
          {comparing ? text.compare.comparing : missing ? text.compare.compareNow : text.compare.compareAgain}
        </Button>
        {report && !missing && <SaveReport key={baseline.id} baselineId={baseline.id} />}
      </div>
    </Section>
  );
}
