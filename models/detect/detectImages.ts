import { basename, extname, join } from 'node:path';
import type { OperationContext, OperationInput } from '../api.ts';
import { StudioError } from '../errors.ts';
import { writeFileAtomically } from '../files.ts';
import type { Detection, DetectReport, GridLevel, ImageDetections, StepTimes } from '../types.ts';
import { drawDetections } from './draw.ts';
import type { DecodedImage } from './image.ts';
import { type PictureDetector, selectBoxes } from './pictureDetector.ts';
import { openForStream, type SeenPicture, streamPictures } from './streamPictures.ts';

/** Progress is reported at most this often, in milliseconds. */
const reportEvery = 100;

/**
 * Finds the boxes of many pictures; an unreadable one is an entry with an error. `ms.decode` is the time that the
 * pipeline waited for the decoder, which is ahead of it.
 * @param input names files; folders have been expanded
 * @throws StudioError `no-images` when there are none or none can be read, and what `openDetector` throws
 */
export async function detectImages(input: OperationInput<'detect'>, context: OperationContext): Promise<DetectReport> {
  const { images } = input;
  if (input.draw && input.out === undefined) {
    throw new StudioError('bad-input', 'Drawing needs a folder to write to.', { hint: 'Name one with --out.' });
  }
  if (images.length === 0) throw new StudioError('no-images', 'There are no pictures to look at.');
  context.report({ step: 'Opening the model', fraction: 0 });
  const detector = await openForStream(input.model, input, images.length);
  try {
    const entries = await detectAll(detector, input, context);
    const first = entries[0];
    if (first !== undefined && 'error' in first && entries.every((entry) => 'error' in entry)) {
      throw new StudioError('no-images', `None of the ${images.length} pictures could be read: ${first.error.message}`);
    }
    return { model: input.model, provider: detector.provider, images: entries };
  } finally {
    await detector.close();
  }
}

async function detectAll(
  detector: PictureDetector,
  input: OperationInput<'detect'>,
  context: OperationContext,
): Promise<ImageDetections[]> {
  const { images } = input;
  const entries: ImageDetections[] = [];
  const names = outputNames(images);
  const started = performance.now();
  let reported = started;
  const pictures = streamPictures(images, detector, (image, whenRan) => findBoxes(detector, input, image, whenRan));
  for await (const picture of pictures) {
    context.signal.throwIfAborted();
    entries.push(
      'error' in picture
        ? failed(picture.path, picture.error)
        : await describePicture(input, picture, names[entries.length] ?? ''),
    );
    const now = performance.now();
    if (now - reported < reportEvery && entries.length < images.length) continue;
    reported = now;
    const fraction = entries.length / images.length;
    context.report({ step: 'Finding boxes', fraction, eta: ((now - started) / 1000) * (1 / fraction - 1) });
  }
  return entries;
}

function failed(path: string, error: StudioError): ImageDetections {
  return { path, error: { code: error.code, message: error.message } };
}

/** What is told of a picture; with `out` it is also written there. */
async function describePicture(
  input: OperationInput<'detect'>,
  { path, image, decode, found }: Extract<SeenPicture<FoundBoxes>, { image: DecodedImage }>,
  name: string,
): Promise<ImageDetections> {
  const { detections, levels, ms } = found;
  const { width, height } = image;
  const grid = input.grid ? { grid: levels.map(describeLevel) } : {};
  const entry = { path, width, height, detections, ms: { decode, ...ms }, ...grid };
  if (input.out === undefined) return entry;
  const drawn = join(input.out, `${name}${extname(path).toLowerCase() === '.png' ? '.png' : '.jpg'}`);
  if (input.draw) await drawDetections(drawn, image, detections);
  const written = input.draw ? { ...entry, drawn } : entry;
  await writeFileAtomically(join(input.out, `${name}.json`), `${JSON.stringify(written, null, 2)}\n`);
  return written;
}

interface FoundBoxes {
  readonly detections: readonly Detection[];
  readonly levels: readonly GridLevel[];
  readonly ms: Omit<StepTimes, 'decode'>;
}

/** The boxes of a picture and, where they are asked for, its levels with the heat of their cells. */
async function findBoxes(
  detector: PictureDetector,
  input: OperationInput<'detect'>,
  image: DecodedImage,
  whenRan: () => void,
): Promise<FoundBoxes> {
  if (!input.grid) return { ...(await detector.detect(image, input, whenRan)), levels: [] };
  const { candidates, levels, ms } = await detector.candidatesOf(image, input.confidence, input.multiLabel);
  const started = performance.now();
  const detections = selectBoxes(candidates, levels, detector.spec, image, input);
  return { detections, levels, ms: { ...ms, postprocess: ms.postprocess + performance.now() - started } };
}

function describeLevel({ stride, rows, columns, heat }: GridLevel) {
  return { stride, rows, columns, heat: Array.from(heat, (score) => Number(score.toFixed(6))) };
}

/** One file name per picture, without ending: the picture's own and "-boxes", numbered where several share it. */
function outputNames(images: readonly string[]): string[] {
  const taken = new Set<string>();
  return images.map((path) => {
    const base = `${shorten(basename(path, extname(path)))}-boxes`;
    let name = base;
    // Compared without case, for file systems that ignore it.
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${base}-${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** A name that leaves room for endings: file systems allow 255 bytes. Cut between characters. */
function shorten(name: string): string {
  const bytes = Buffer.from(name);
  return bytes.length <= 200 ? name : bytes.toString('utf8', 0, 200).replace(/\ufffd+$/, '');
}
