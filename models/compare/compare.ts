import { basename } from 'node:path';
import type { OperationContext, OperationInput } from '../api.ts';
import { countRuntimeThreads, describeCpu } from '../detect/cpu.ts';
import { type Detector, openDetector } from '../detect/detector.ts';
import { makeExtraInputs } from '../detect/tensorValues.ts';
import { type Contestant, detectAs, enterContestant, matchPicture, type PictureMatch } from '../evaluate/agreement.ts';
import { mapClasses } from '../evaluate/classes.ts';
import { makeFeeds } from '../evaluate/feeds.ts';
import { latencyFigures, timeInterleaved } from '../evaluate/latency.ts';
import { visitPictures } from '../evaluate/pictures.ts';
import { recordSteps, timeDecoding } from '../evaluate/steps.ts';
import { refuseReplacing, requireWritable, writeFileAtomically } from '../files.ts';
import { agreementFrom } from '../geometry/agreement.ts';
import { addToClassTally, type ClassTally, classAgreements } from '../geometry/classAgreement.ts';
import { compareHarm } from '../geometry/harm.ts';
import { readModel } from '../graph/read.ts';
import { summarize } from '../inspect/summary.ts';
import { partOf } from '../progress.ts';
import { lookingThresholds } from '../thresholds.ts';
import type {
  ComparedModel,
  CompareReport,
  ImageDifference,
  ModelSummary,
  StepTimes,
  UnreadablePicture,
} from '../types.ts';
import { measureAgainstLabels } from './againstLabels.ts';
import type { ComparedPicture } from './comparedPicture.ts';
import { renderCsv } from './csv.ts';
import { describeDevice } from './device.ts';
import { keepMostHarmed, worstOf } from './harm.ts';
import { measureSolo, type SoloFigures } from './measure.ts';
import { markBest } from './pareto.ts';
import { writeReport } from './report/page.ts';

/** Pictures shown in the report. */
const shownPictures = 12;

interface Boxes {
  readonly contestants: readonly Contestant[];
  /** Per variant. */
  readonly classes: readonly ClassTally[];
  /** Per variant, one entry a picture. */
  readonly differences: readonly ImageDifference[][];
  readonly worst: readonly ImageDifference[];
  readonly shown: readonly ComparedPicture[];
  readonly unreadable: readonly UnreadablePicture[];
}

type CompareInput = OperationInput<'compare'>;

/**
 * Compares variants with a baseline on pictures (`input.images` are files): boxes, speed, size, memory. Memory is taken
 * with each model alone; speed with all of them open, in turn. Writes the HTML report and the CSV file where asked for.
 */
export async function compare(input: CompareInput, context: OperationContext): Promise<CompareReport> {
  const paths = [input.baseline, ...input.variants];
  const files = filesOf(input);
  for (const file of [files.report, files.csv, files.json]) {
    if (file === undefined) continue;
    await refuseReplacing(file, [...paths, input.dataset, input.spec, ...input.images]);
    await requireWritable(file);
  }
  const summaries: ModelSummary[] = [];
  for (const path of paths) summaries.push(summarize(await readModel(path)));
  const solo = await measureAlone(paths, input, partOf(context, 0, 0.1));
  // Before the models are opened side by side, so that each is in memory once.
  const labels = await measureAgainstLabels(paths, input, partOf(context, 0.1, 0.4));

  const detectors: Detector[] = [];
  try {
    for (const path of paths) detectors.push(await openDetector(path, runtimeOf(input)));
    const recorded = detectors.map(recordSteps);
    const decode = await timeDecoding(input.images, context);
    const boxes = await compareBoxes(
      recorded.map(({ detector }) => detector),
      input,
      partOf(context, input.dataset === undefined ? 0.1 : 0.4, 0.5),
    );
    const { times, ...warm } = await timeInterleaved(
      detectors.map(({ session, path, spec }) => {
        const feeds = makeFeeds(session, path, { batch: 1, size: spec.input.size, extra: makeExtraInputs(spec) });
        return () => session.run(feeds);
      }),
      input,
      partOf(context, 0.5, 0.95),
    );
    const names = nameModels(paths);
    const models = summaries.map((summary, index): ComparedModel => {
      const contestant = boxes.contestants[index - 1];
      const detector = detectors[index];
      const evaluation = labels.evaluations[index];
      const alone = solo[index];
      return {
        path: summary.path,
        name: names[index] ?? summary.path,
        bytes: summary.bytes,
        parameters: summary.parameters,
        macs: summary.macs,
        sparsity: summary.sparsity,
        precision: summary.precision,
        provider: detector?.provider ?? { requested: input.provider, used: input.provider },
        latency: latencyFigures(times[index] ?? [], 1, warm),
        load: detector?.loadMs ?? 0,
        ...(alone === undefined ? {} : { firstRun: alone.firstRun }),
        peakMemory: alone?.peakMemory ?? 0,
        peakMemoryOf: alone?.peakMemoryOf ?? 'engine',
        ...stepsOf(decode, recorded[index]?.readMedians()),
        ...(contestant === undefined
          ? {}
          : {
              agreement: agreementFrom(contestant.tally),
              classes: classAgreements(boxes.classes[index - 1] ?? new Map(), detectors[0]?.spec.classNames ?? []),
            }),
        ...(evaluation === undefined ? {} : { coco: evaluation.coco, evaluation }),
        images: boxes.differences[index - 1] ?? [],
      };
    });
    const threads = input.threads ?? (await countRuntimeThreads());
    const report: CompareReport = {
      baseline: input.baseline,
      models,
      images: [...boxes.worst].sort(compareHarm),
      pareto: markBest(
        models.map((model) => ({
          path: model.path,
          p50: model.latency.p50,
          f1: model.agreement?.f1 ?? 1,
          ...(model.provider.invalidBecause === undefined ? {} : { isInvalid: true as const }),
        })),
      ),
      device: describeDevice(
        await describeCpu(),
        models.map((model) => model.provider),
        threads,
      ),
      threads,
      imageCount: boxes.worst.length,
      confidence: input.confidence,
      iou: input.iou,
      ...(boxes.unreadable.length === 0 ? {} : { unreadable: boxes.unreadable }),
      ...(labels.labelled === undefined ? {} : { dataset: input.dataset, labelled: labels.labelled }),
      ...(labels.warnings.length === 0 ? {} : { warnings: labels.warnings }),
      ...files,
    };
    if (report.csv !== undefined) await writeFileAtomically(report.csv, renderCsv(report));
    if (report.json !== undefined) await writeFileAtomically(report.json, `${JSON.stringify(report, null, 2)}\n`);
    if (input.report !== undefined) {
      await writeReport(input.report, report, boxes.shown, input, partOf(context, 0.95, 1, 'Writing the report'));
    }
    context.report({ step: 'Done', fraction: 1 });
    return report;
  } finally {
    for (const detector of detectors) await detector.close();
  }
}

function stepsOf(decode: number, medians: Omit<StepTimes, 'decode'> | undefined): { readonly steps?: StepTimes } {
  return medians === undefined ? {} : { steps: { decode, ...medians } };
}

/** Files to write: beside the report, under its name, lie its figures as CSV (unless another file is named) and JSON. */
function filesOf({ report, csv }: CompareInput): Pick<CompareReport, 'report' | 'csv' | 'json'> {
  if (report === undefined) return csv === undefined ? {} : { csv };
  const stem = report.replace(/\.html?$/i, '');
  return { report, csv: csv ?? `${stem}.csv`, json: `${stem}.json` };
}

function runtimeOf(input: CompareInput) {
  return {
    provider: input.provider,
    allowFallback: input.allowFallback,
    spec: input.spec,
    ...(input.threads === undefined ? {} : { threads: input.threads }),
  };
}

/** File names without `.onnx`; with their folder where two would be the same. */
function nameModels(paths: readonly string[]): string[] {
  const short = paths.map((path) => basename(path).replace(/\.onnx$/i, ''));
  return paths.map((path, index) => {
    const name = short[index] ?? path;
    if (short.filter((other) => other === name).length === 1) return name;
    return path
      .split(/[\\/]/)
      .slice(-2)
      .join('/')
      .replace(/\.onnx$/i, '');
  });
}

async function measureAlone(
  paths: readonly string[],
  input: CompareInput,
  context: OperationContext,
): Promise<SoloFigures[]> {
  const figures: SoloFigures[] = [];
  let baselineNames: readonly string[] | undefined;
  for (const [index, path] of paths.entries()) {
    context.signal.throwIfAborted();
    context.report({ step: 'Measuring memory', fraction: index / paths.length });
    const detector = await openDetector(path, runtimeOf(input));
    try {
      const { session, spec, provider } = detector;
      baselineNames ??= spec.classNames;
      // Models that cannot be compared are refused before anything that takes long.
      mapClasses(baselineNames, spec.classNames, { baseline: input.baseline, variant: path });
      const feeds = makeFeeds(session, path, { batch: 1, size: spec.input.size, extra: makeExtraInputs(spec) });
      figures.push(await measureSolo(path, runtimeOf(input), provider.used, feeds, context));
    } finally {
      await detector.close();
    }
  }
  return figures;
}

async function compareBoxes(
  detectors: readonly Detector[],
  input: CompareInput,
  context: OperationContext,
): Promise<Boxes> {
  const [baseline, ...variants] = detectors;
  if (baseline === undefined) throw new Error('compare needs a baseline');
  const contestants = variants.map((variant) => enterContestant(baseline, variant));
  const classes = variants.map((): ClassTally => new Map());
  const differences = variants.map((): ImageDifference[] => []);
  const worst: ImageDifference[] = [];
  const shown: ComparedPicture[] = [];
  const options = { confidence: input.confidence, iou: input.iou, maxDetections: lookingThresholds.maxDetections };
  const unreadable = await visitPictures(input.images, 'Comparing boxes', context, async (path, image) => {
    const truth = await detectAs({ detector: baseline, classes: [] }, image, options);
    const matches: PictureMatch[] = [];
    for (const [index, contestant] of contestants.entries()) {
      context.signal.throwIfAborted();
      const match = await matchPicture(path, image, truth, contestant, options);
      differences[index]?.push(match.difference);
      const tally = classes[index];
      if (tally) addToClassTally(tally, match.match, truth, match.detections);
      matches.push(match);
    }
    const harm = worstOf(matches.map((match) => match.difference));
    if (harm === undefined) return;
    worst.push(harm);
    const { width, height } = image;
    keepMostHarmed(shown, { path, width, height, worst: harm, baseline: truth, variants: matches }, shownPictures);
  });
  return { contestants, classes, differences, worst, shown, unreadable };
}
