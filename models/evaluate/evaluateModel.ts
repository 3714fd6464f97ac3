import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationContext } from '../api.ts';
import { compareIds } from '../dataset/coco/ids.ts';
import { chooseSplit, type DatasetImage, type DatasetSplit } from '../dataset/dataset.ts';
import { openDataset } from '../dataset/openDataset.ts';
import type { PictureDetector } from '../detect/pictureDetector.ts';
import { openForStream } from '../detect/streamPictures.ts';
import { StudioError } from '../errors.ts';
import { refuseReplacing } from '../files.ts';
import { formatQuantity } from '../format.ts';
import { hashModel } from '../graph/hashModel.ts';
import type { EvaluateReport, ProviderName } from '../types.ts';
import { version } from '../version.ts';
import { describeMapping, findModelClasses, hasNames, type ModelClasses } from './modelClasses.ts';
import type { PartHeader } from './parts/partHeader.ts';
import { reportParts } from './parts/reportParts.ts';
import { isFinished, partialPathOf, startPart } from './parts/writePart.ts';
import { requireLabels } from './requireLabels.ts';
import { type EvaluationRun, runPictures } from './runPictures.ts';
import { predictionIds, savePredictions } from './savePredictions.ts';

/** What `evaluateModel` takes. */
export interface ModelEvaluation {
  readonly model: string;
  readonly data: string;
  readonly split?: string | undefined;
  readonly spec?: string | undefined;
  readonly provider: ProviderName;
  readonly threads?: number | undefined;
  readonly allowFallback?: boolean | undefined;
  readonly confidence: number;
  readonly iou: number;
  readonly maxDetections: number;
  /** This share of the pictures alone. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
  /** Keeps what the figures are made of in this file: for `mergeParts`, and to go on after an interruption. */
  readonly out?: string | undefined;
  /** Writes what is found as a COCO result file: of a run from start to end, so not together with `out`. */
  readonly savePredictions?: string | undefined;
  /** Is told of every picture once it was measured, in the order of the dataset. */
  readonly onPicture?: EvaluationRun['onPicture'];
}

/**
 * Measures a detector on the pictures of a dataset. Pictures stream: decoding runs ahead of the network, what is left of each
 * goes to a file and memory does not grow with their number. With `out` a run that was interrupted goes on where it was.
 * @throws StudioError what opening the model and the dataset throws; `no-images` where no picture can be read; `bad-input`
 * where the classes have nothing in common
 */
export async function evaluateModel(input: ModelEvaluation, context: OperationContext): Promise<EvaluateReport> {
  const { signal, report } = context;
  if (input.savePredictions !== undefined && input.out !== undefined) {
    throw new StudioError('bad-input', 'What is found is saved of a whole run, not of a part or one that may go on.', {
      hint: 'Leave out -o and --shard, or --save-predictions.',
    });
  }
  if (input.savePredictions !== undefined) {
    await refuseReplacing(input.savePredictions, [input.model, input.data, input.spec]);
  }
  report({ step: 'Opening the dataset', fraction: 0 });
  const dataset = await openDataset(input.data, {
    signal,
    ...(input.split === undefined ? {} : { split: input.split }),
  });
  const split = chooseSplit(dataset, input.split);
  const images = split.images.toSorted((a, b) => compareIds(a.id, b.id));
  if (images.length === 0) {
    throw new StudioError('no-images', `The split "${split.name}" of ${input.data} has no pictures.`);
  }
  await requireLabels(dataset, images, signal);
  report({ step: 'Opening the model', fraction: 0.01 });
  const detector = await openForStream(input.model, input, Math.ceil(images.length / shardOf(input).count));
  try {
    const classes = findModelClasses(
      { path: input.model, classNames: detector.spec.classNames },
      { path: input.data, classNames: dataset.classNames },
    );
    const header = await describePart(input, detector, split, images, classes);
    const path = input.out ?? join(tmpdir(), `boxwright-${randomUUID()}.bwe`);
    try {
      const ids = predictionIds(dataset, split, classes);
      const run = { dataset, images, detector, classes, onPicture: input.onPicture };
      const earlier = await savePredictions(input.savePredictions, ids, (onFound) =>
        writePart(path, header, { ...run, onFound }, context),
      );
      const figures = await reportParts([path], header, signal);
      // A shard may be left with nothing: the others have pictures.
      if (figures.images === 0 && header.shard.count === 1) {
        await rm(path, { force: true }); // what there is of it would keep the next run from looking again
        const why = figures.unreadable?.[0]?.message ?? '';
        throw new StudioError('no-images', `None of the pictures could be read: ${why}`);
      }
      const said = describeMapping(classes.mapping, hasNames(dataset.classNames));
      return complete(figures, input, detector, classes, [...dataset.notes, ...earlier, ...said]);
    } finally {
      if (input.out === undefined) {
        await rm(path, { force: true });
        await rm(partialPathOf(path), { force: true });
      }
    }
  } finally {
    await detector.close();
  }
}

/** Gives sentences about what an earlier run had done already. */
async function writePart(
  path: string,
  header: PartHeader,
  run: EvaluationRun,
  context: OperationContext,
): Promise<string[]> {
  if (await isFinished(path, header)) {
    return [
      `${path} was finished by an earlier run, and nothing was run again: delete it to measure changed labels or pictures.`,
    ];
  }
  const part = await startPart(path, header);
  try {
    await runPictures(run, header, part, context);
    await part.finish();
    const done = part.done.size;
    const pictures = formatQuantity(done, 'picture was', 'pictures were');
    return done === 0 ? [] : [`${pictures} done by an earlier run, with the labels of then.`];
  } catch (error) {
    await part.close();
    throw error;
  }
}

async function describePart(
  input: ModelEvaluation,
  detector: PictureDetector,
  split: DatasetSplit,
  images: readonly DatasetImage[],
  classes: ModelClasses,
): Promise<PartHeader> {
  const { confidence, iou, maxDetections } = input;
  return {
    version: 1,
    program: version,
    model: await hashModel(input.model),
    reading: hashText(JSON.stringify(detector.spec)),
    provider: detector.provider.used,
    pictures: hashText(images.map(({ id }) => id).join('\n')),
    pictureCount: images.length,
    split: split.name,
    classNames: [...classes.classNames],
    thresholds: { confidence, iou, maxDetections },
    shard: shardOf(input),
  };
}

/** The share of the pictures that is measured: all of them unless less is asked for. */
function shardOf({ shard }: ModelEvaluation): PartHeader['shard'] {
  return shard ?? { index: 1, count: 1 };
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * A report with what is known of the run that it is of.
 * @param said sentences that come before the report's own
 */
function complete(
  report: EvaluateReport,
  input: ModelEvaluation,
  detector: PictureDetector,
  { mapping }: ModelClasses,
  said: readonly string[],
): EvaluateReport {
  return {
    ...report,
    model: input.model,
    provider: detector.provider,
    classMapping: mapping,
    ...(input.savePredictions === undefined ? {} : { predictions: input.savePredictions }),
    ...(input.out === undefined ? {} : { part: { path: input.out, ...shardOf(input) } }),
    warnings: [...said, ...report.warnings],
  };
}
