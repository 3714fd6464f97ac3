import type { OperationContext } from '../api.ts';
import type { Dataset, DatasetImage, ImageTruth } from '../dataset/dataset.ts';
import type { DecodedImage } from '../detect/image.ts';
import type { PictureDetector } from '../detect/pictureDetector.ts';
import { streamPictures } from '../detect/streamPictures.ts';
import type { Detection, StepTimes } from '../types.ts';
import type { MatchRecords } from './metrics/records.ts';
import type { ModelClasses } from './modelClasses.ts';
import type { BlockNotes, PartHeader } from './parts/partHeader.ts';
import type { PartWriter } from './parts/writePart.ts';
import { recordPicture } from './recordPicture.ts';
import type { OnFound } from './savePredictions.ts';

/** What a run looks at. */
export interface EvaluationRun {
  readonly dataset: Dataset;
  readonly images: readonly DatasetImage[];
  readonly detector: PictureDetector;
  readonly classes: ModelClasses;
  readonly onPicture?: ((path: string, records: MatchRecords, classCount: number) => void) | undefined;
  readonly onFound?: OnFound | undefined;
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
  let next = 0;
  const entries = places.flatMap((place) => run.images[place] ?? []);
  const paths = entries.map(({ path }) => path);
  const look = (image: DecodedImage, whenRan: () => void, index: number) =>
    lookAt(run, header, entries[index], image, whenRan);
  try {
    for await (const picture of streamPictures(paths, run.detector, look)) {
      signal.throwIfAborted();
      block.ms.decode += picture.decode;
      const place = places[next] ?? 0;
      next += 1;
      if ('error' in picture) block.unreadable.push({ place, path: picture.path, message: picture.error.message });
      else {
        record(run, header, place, picture, block);
        const entry = run.images[place];
        if (entry !== undefined) await run.onFound?.(entry, picture.found.detections);
      }
      const now = performance.now();
      if (block.records.length + block.unreadable.length >= blockPictures || now - written > blockTime) {
        await writeBlock(part, block);
        block = emptyBlock();
        written = now;
      }
      if (now - reported < reportEvery && next < places.length) continue;
      reported = now;
      const eta = ((now - started) / 1000) * (places.length / next - 1);
      report({ step: 'Finding boxes', fraction: 0.02 + 0.93 * ((part.done.size + next) / own.length), eta });
    }
  } finally {
    // Also when the run is cancelled: it can then go on from here.
    if (block.records.length + block.unreadable.length > 0) await writeBlock(part, block);
  }
  report({ step: 'Measuring', fraction: 0.95 });
}

interface Looked {
  readonly detections: readonly Detection[];
  readonly truth: ImageTruth;
  readonly ms: Omit<StepTimes, 'decode'>;
}

/** What the model finds in a picture and what is there; the labels are read while the network runs. */
async function lookAt(
  { dataset, detector }: EvaluationRun,
  { thresholds }: PartHeader,
  entry: DatasetImage | undefined,
  image: DecodedImage,
  whenRan: () => void,
): Promise<Looked> {
  if (entry === undefined) throw new Error('A picture was decoded that was not asked for.');
  const [{ detections, ms }, truth] = await Promise.all([
    detector.detect(image, { ...thresholds, multiLabel: true }, whenRan),
    dataset.readTruth(entry, image),
  ]);
  return { detections, truth, ms };
}

function record(
  { dataset, classes, onPicture }: EvaluationRun,
  { classNames }: PartHeader,
  place: number,
  { path, found }: { readonly path: string; readonly found: Looked },
  block: Block,
): void {
  const { detections, truth, ms } = found;
  const measured = { place, detections, truth: truth.objects };
  const records = recordPicture(measured, classes.classOf, classNames.length, dataset.format);
  block.records.push(records);
  onPicture?.(path, records, classNames.length);
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
