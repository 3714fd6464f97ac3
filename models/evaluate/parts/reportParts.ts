import { formatQuantity } from '../../format.ts';
import type { EvaluateReport, StepTimes, UnreadablePicture } from '../../types.ts';
import { computeFigures } from '../metrics/figures.ts';
import type { MatchRecords } from '../metrics/records.ts';
import type { PartHeader } from './partHeader.ts';
import { readBlocks } from './readPart.ts';

/** Detections that are held in memory at once: more are gone through class by class, so that memory stays flat. */
const detectionsAtOnce = 250_000;

/** What the notes of parts add up to. */
interface NotesSum {
  readonly ms: StepTimes;
  readonly unreadable: readonly UnreadablePicture[];
  readonly flaws: number;
}

/**
 * The figures over finished parts, in whatever order they are named.
 * @param header of one of them
 * @throws StudioError `bad-input` where one is not whole
 */
export async function reportParts(
  paths: readonly string[],
  header: PartHeader,
  signal: AbortSignal,
): Promise<EvaluateReport> {
  const started = performance.now();
  const notes = await sumNotes(paths, signal);
  const classes = header.classNames.map((name, id) => ({ id, name }));
  const figures = await computeFigures(() => recordsOf(paths, signal), classes, signal, detectionsAtOnce);
  const { unreadable, flaws } = notes;
  return {
    ...figures,
    ms: { ...notes.ms, evaluate: performance.now() - started },
    split: header.split,
    ...(unreadable.length === 0 ? {} : { unreadable }),
    warnings: [
      ...(unreadable.length === 0
        ? []
        : [`${formatQuantity(unreadable.length, 'picture')} could not be read, and left out.`]),
      ...(flaws === 0
        ? []
        : [`${formatQuantity(flaws, 'label')} with something wrong; boxwright dataset check tells.`]),
    ],
  };
}

async function* recordsOf(paths: readonly string[], signal: AbortSignal): AsyncGenerator<MatchRecords> {
  for (const path of paths) {
    for await (const { records } of readBlocks(path, 'whole')) {
      signal.throwIfAborted();
      yield records;
    }
  }
}

async function sumNotes(paths: readonly string[], signal: AbortSignal): Promise<NotesSum> {
  const ms = { decode: 0, preprocess: 0, inference: 0, postprocess: 0 };
  const unreadable: (UnreadablePicture & { readonly place: number })[] = [];
  let flaws = 0;
  let pictures = 0;
  for (const path of paths) {
    for await (const { notes, records } of readBlocks(path, 'whole')) {
      signal.throwIfAborted();
      ms.decode += notes.ms.decode;
      ms.preprocess += notes.ms.preprocess;
      ms.inference += notes.ms.inference;
      ms.postprocess += notes.ms.postprocess;
      unreadable.push(...notes.unreadable);
      flaws += notes.flaws;
      pictures += records.pictures.length;
    }
  }
  unreadable.sort((a, b) => a.place - b.place);
  const mean = (sum: number) => (pictures === 0 ? 0 : sum / pictures);
  return {
    ms: {
      decode: mean(ms.decode),
      preprocess: mean(ms.preprocess),
      inference: mean(ms.inference),
      postprocess: mean(ms.postprocess),
    },
    unreadable: unreadable.map(({ path, message }) => ({ path, message })),
    flaws,
  };
}
