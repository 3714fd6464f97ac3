import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { CompareReport, UnreadablePicture } from '../../../models/types.ts';
import { providerTitles } from '../../components/DevicePick.tsx';
import { fileName } from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';
import { useText } from '../../i18n/text.ts';
import { compareNow } from '../../state/actions.ts';
import { isActive, useJobs } from '../../state/jobs.ts';
import { findVariant, useProject } from '../../state/project.ts';
import { measuredAtOthers } from '../../state/verdicts.ts';
import { useView } from '../../state/view.ts';
import { useCompared } from './compared.ts';
import styles from './MeasuredNotes.module.css';
import { measuredOtherwise } from './measuredOtherwise.ts';
import { nameDataset } from './nameDataset.ts';

interface Notes {
  /** In what the figures are not of what is in sight: measuring anew would mend it. */
  readonly stale: readonly string[];
  readonly remarks: readonly string[];
}

const none: Notes = { stale: [], remarks: [] };

/**
 * What is to be known of a comparison before its figures are believed.
 * @param ofBoxes false for figures against labels, which no threshold of the window changes
 */
function useMeasuredNotes(ofBoxes = true): Notes {
  const text = useText();
  const { report } = useCompared();
  const missing = useMissing(report);
  const pictures = useProject(({ project }) => project.images);
  const [dataset] = useProject(({ project }) => project.datasets);
  const { provider, threads } = useProject((state) => state.settings);
  // Only whether they differ: nothing here is to be done anew with every step of a slider.
  const isOld = useView((state) => ofBoxes && measuredAtOthers(report, state.confidence, state.iou));
  return useMemo(() => {
    if (!report) return none;
    const otherwise = measuredOtherwise(report, { provider, threads, dataset, pictures });
    const { dock } = text;
    return {
      stale: [
        ...(missing.length === 0 ? [] : [dock.notYetCompared(missing.join(', '))]),
        ...(isOld ? [describeThresholds(report, text)] : []),
        ...describeOtherwise(otherwise, pictures.length, text),
      ],
      remarks: report.unreadable ? [describeUnreadable(report.unreadable, text)] : [],
    };
  }, [report, missing, pictures, dataset, provider, threads, isOld, text]);
}

/** Names of the chosen models that the comparison does not have. */
function useMissing(report: CompareReport | undefined): readonly string[] {
  const variantIds = useView((state) => state.variantIds);
  const project = useProject((state) => state.project);
  return useMemo(
    () =>
      variantIds.flatMap((id) => {
        const variant = findVariant(project, id);
        const isMissing = variant && report?.models.every(({ path }) => path !== variant.modelPath);
        return isMissing ? [variant.name] : [];
      }),
    [variantIds, project, report],
  );
}

function describeThresholds({ confidence = 0, iou = 0 }: CompareReport, { dock }: Dictionary): string {
  return dock.otherThresholds(confidence.toFixed(2), iou.toFixed(2));
}

function describeOtherwise(
  { provider, threads, dataset, left, gone }: ReturnType<typeof measuredOtherwise>,
  open: number,
  { dock }: Dictionary,
): readonly string[] {
  return [
    ...(left > 0 ? [dock.picturesLeft(left, open)] : []),
    ...(gone > 0 ? [dock.picturesGone(gone)] : []),
    ...(dataset ? [dock.otherDataset(nameDataset(dataset))] : []),
    ...(provider ? [dock.otherProvider(providerTitles[provider])] : []),
    ...(threads ? [dock.otherThreads(threads)] : []),
  ];
}

/** Pictures that are named one by one. */
const namedPictures = 3;

function describeUnreadable(pictures: readonly UnreadablePicture[], { dock }: Dictionary): string {
  const names = pictures.slice(0, namedPictures).map(({ path }) => fileName(path));
  return dock.picturesUnreadable(
    pictures.length,
    [...names, ...(pictures.length > namedPictures ? ['…'] : [])].join(', '),
  );
}

/** All of it, as lines of their own. */
export function MeasuredNoteLines() {
  const { stale, remarks } = useMeasuredNotes();
  return [...stale, ...remarks].map((note) => (
    <p key={note} className={styles.line}>
      <IconAlertTriangle size={13} className="warn" aria-hidden /> {note}
    </p>
  ));
}

/** Says above figures what they are not of, and offers to measure anew; nothing where there is nothing to say. */
export function MeasuredNotes({ ofBoxes }: { readonly ofBoxes: boolean }) {
  const text = useText();
  const { stale, remarks } = useMeasuredNotes(ofBoxes);
  const isCompared = useCompared().models.length > 1;
  const comparing = useJobs((state) => state.jobs.some((job) => job.kind === 'compare' && isActive(job)));
  // Where nothing was compared, the tabs say so themselves.
  if (stale.length + remarks.length === 0 || !isCompared) return null;
  return (
    <div className={styles.notes} role="note">
      <IconAlertTriangle size={14} className="warn" aria-hidden />
      <p>{[...stale, ...remarks].join(' ')}</p>
      {stale.length > 0 && (
        <Button variant="default" size="compact-xs" disabled={comparing} onClick={() => void compareNow()}>
          {comparing ? text.compare.comparing : text.compare.compareAgain}
        </Button>
      )}
    </div>
  );
}
