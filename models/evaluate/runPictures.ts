import type { OperationContext } from '../api.ts';
import type { Dataset, DatasetImage } from '../dataset/dataset.ts';
import { decodeAhead } from '../detect/decodeAhead.ts';
import type { Detector } from '../detect/detector.ts';
import type { DecodedImage } from '../detect/image.ts';
import { StudioError } from '../errors.ts';
import type { StepTimes } from '../types.ts';
import type { MatchRecords } from './metrics/records.ts';
import type { ModelClasses } from './modelClasses.ts';
import type { BlockNotes, PartHeader } from './parts/partHeader.ts';
import type { PartWriter } from './parts/writePart.ts';
import { recordPicture } from './recordPicture.ts';

/** What a run looks at. */
export interface EvaluationRun {
  readonly dataset: Dataset;
  readonly images: readonly DatasetImage[];
  readonly detector: Detector;
  readonly classes: ModelClasses;
  readonly onPicture?: ((path: string, records: MatchRecords, classCount: number) => void) | undefined;
}

/** A block goes to the disk after so many pictures or milliseconds: what a kill can cost. */
const [blockPictures, blockTime] = [64, 5000];

/** Progress is reported at most this often, in milliseconds. */
const reportEvery = 100;

/** Pictures that are not on the disk yet. */
interface Block {
  readonly records: MatchRecords[];
  readonly ms: { decode: number; preprocess: number; inference: number; postprocess: number };
  readonly unreadable: BlockNotes['unreadable'];
  flaws: number;
}

function emptyBlock(): Block {
  return { records: [], ms: { decode: 0, preprocess: 0, inference: 0, postprocess: 0 }, unreadable: [], flaws: 0 };
}

/** Runs the detector over the pictures of a shard that are not done yet and adds them to its part, block by block. */
export async function runPictures(
  run: EvaluationRun,
  header: PartHeader,
  part: PartWriter,
  { signal, report }: OperationContext,
): Promise<void> {
  const { index, count } = header.shard;
  const own = [...run.images.keys()].filter((place) => place % count === index - 1);
  const places = own.filter((place) => !part.done.has(place));
  let block = emptyBlock();
  const started = performance.now();
  let written = started;
  let reported = Number.NEGATIVE_INFINITY;
  let waited = started;
  let next = 0;
  try {
    for await (const { path, image } of decodeAhead(places.map((place) => run.images[place]?.path ?? ''))) {
      signal.throwIfAborted();
      block.ms.decode += performance.now() - waited;
      const place = places[next] ?? 0;
      next += 1;
      if (image instanceof StudioError) block.unreadable.push({ place, path, message: image.message });
      else await measurePicture(run, header, place, image, block);
      waited = performance.now();
      if (block.records.length + block.unreadable.length >= blockPictures || waited - written > blockTime) {
        await writeBlock(part, block);
        block = emptyBlock();
        written = waited;
      }
      if (waited - reported < reportEvery && next < places.length) continue;
      reported = waited;
      const eta = ((waited - started) / 1000) * (places.length / next - 1);
      report({ step: 'find boxes', fraction: 0.02 + 0.93 * ((part.done.size + next) / own.length), eta });
    }
  } finally {
    // Also when the run is cancelled: it can then go on from here.
    if (block.records.length + block.unreadable.length > 0) await writeBlock(part, block);
  }
  report({ step: 'measure', fraction: 0.95 });
}

async function measurePicture(
  { dataset, images, detector, classes, onPicture }: EvaluationRun,
  { thresholds, classNames }: PartHeader,
  place: number,
  image: DecodedImage,
  block: Block,
): Promise<void> {
  const entry = images[place];
  if (entry === undefined) return;
  // The labels are read while the network runs.
  const [{ detections, ms }, truth] = await Promise.all([
    detector.detect(image, { ...thresholds, multiLabel: true }),
    dataset.readTruth(entry, image),
  ]);
  const measured = { place, detections, truth: truth.objects };
  const records = recordPicture(measured, classes.classOf, classNames.length, dataset.format);
  block.records.push(records);
  onPicture?.(entry.path, records, classNames.length);
  addTimes(block.ms, ms);
  block.flaws += truth.flaws.length;
}

function addTimes(sum: Block['ms'], ms: Omit<StepTimes, 'decode'>): void {
  sum.preprocess += ms.preprocess;
  sum.inference += ms.inference;
  sum.postprocess += ms.postprocess;
}

function writeBlock(part: PartWriter, { records, ...notes }: Block): Promise<void> {
  return part.append(records, notes);
}
