import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import type { OperationContext } from '../api.ts';
import type { Detector } from '../detect/detector.ts';
import { type DecodedImage, decodeImage } from '../detect/image.ts';
import { StudioError } from '../errors.ts';
import type { Detection, ModelPrecision } from '../types.ts';
import type { BundleManifest, Expectations } from './manifest.ts';

/** Pictures a bundle carries at most; three are the least where as many were given. */
const wanted = 4;
/** Pictures tried before giving up on finding some with boxes. */
const tried = 60;
/** Longest side of a golden picture, pixels. */
const longestSide = 1280;

/** A box that moves or changes its score by more than this when pixels are off by one hangs on a rounding. */
const flipTolerance = { box: 8, score: 0.05 };

/** A picture with what the model finds on it. */
export interface GoldenPicture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly detections: readonly Detection[];
  /** The boxes stay the same when every pixel is off by one level at most. */
  readonly stable: boolean;
}

/** How far other processors may differ: 8-bit arithmetic rounds (and on old ones saturates) differently. */
export function toleranceFor(precision: ModelPrecision): BundleManifest['golden']['tolerance'] {
  switch (precision) {
    case 'fp32':
      return { box: 1, score: 0.005 };
    case 'fp16':
      return { box: 2, score: 0.01 };
    default:
      return { box: 4, score: 0.05 };
  }
}

/**
 * Makes golden pictures: scaled down where large and stored as PNG, so that every decoder gives the same pixels and no
 * metadata (such as the place of a photo) leaves with them. Pictures on which the model finds
 * something come first, and of those the ones whose boxes do not hang on a rounding.
 * @param folder for temporary files
 * @throws StudioError `no-images` when none can be read
 */
export async function makeGoldenPictures(
  detector: Detector,
  images: readonly string[],
  settings: BundleManifest['postprocess'],
  folder: string,
  context: OperationContext,
): Promise<GoldenPicture[]> {
  const pictures: GoldenPicture[] = [];
  let fault: StudioError | null = null;
  for (const [index, path] of images.slice(0, tried).entries()) {
    if (pictures.filter(isGood).length === wanted) break;
    context.signal.throwIfAborted();
    context.report({ step: 'Making golden pictures', fraction: index / Math.min(images.length, tried) });
    try {
      pictures.push(await makeGoldenPicture(detector, await decodeImage(path), settings, folder));
    } catch (error) {
      if (!(error instanceof StudioError) || error.code === 'model-not-runnable') throw error;
      fault ??= error;
    }
  }
  const rank = (picture: GoldenPicture) => (isGood(picture) ? 0 : picture.detections.length > 0 ? 1 : 2);
  const chosen = pictures.sort((a, b) => rank(a) - rank(b)).slice(0, wanted);
  if (chosen.length === 0) {
    throw fault ?? new StudioError('no-images', 'There are no golden pictures.', { hint: 'Name some with --images.' });
  }
  return chosen;
}

function isGood(picture: GoldenPicture): boolean {
  return picture.stable && picture.detections.length > 0;
}

async function makeGoldenPicture(
  detector: Detector,
  image: DecodedImage,
  settings: BundleManifest['postprocess'],
  folder: string,
): Promise<GoldenPicture> {
  const { width, height, rgba } = image;
  const transformer = Transformer.fromRgbaPixels(rgba, width, height);
  const scale = Math.min(1, longestSide / Math.max(width, height));
  if (scale < 1) transformer.resize(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const png = await transformer.png();
  // Read back, so that the expected boxes are those of exactly the stored pixels.
  const path = join(folder, 'golden.png');
  await writeFile(path, png);
  const stored = await decodeImage(path);
  const { detections } = await detector.detect(stored, { ...settings, multiLabel: false });
  const disturbed = await detector.detect(disturb(stored), { ...settings, multiLabel: false });
  const stable =
    goldenDifferences(expectedOf(detections), disturbed.detections, flipTolerance, settings.confidence).length === 0;
  return { png, width: stored.width, height: stored.height, detections, stable };
}

/** The picture with every sample one level up, down or as it was, by a fixed pattern. */
function disturb(image: DecodedImage): DecodedImage {
  const rgba = image.rgba.map((value, at) => {
    if (at % 4 === 3) return value;
    const sample = at - Math.floor(at / 4); // the pattern counts samples without alpha
    return Math.max(0, Math.min(255, value + ((Math.imul(sample, 40503) >>> 4) % 3) - 1));
  });
  return { ...image, rgba };
}

/** Path of a golden picture in the bundle, by its index. */
export function goldenFile(index: number): string {
  return `golden/${String(index + 1).padStart(2, '0')}.png`;
}

/** The expected boxes; a thousandth of a pixel and a millionth of score say more than any tolerance asks. */
export function expectationsOf(pictures: readonly GoldenPicture[]): Expectations {
  return {
    pictures: pictures.map(({ width, height, detections }, index) => ({
      file: goldenFile(index),
      width,
      height,
      detections: expectedOf(detections),
    })),
  };
}

type Expected = Expectations['pictures'][number]['detections'][number];

function expectedOf(detections: readonly Detection[]): Expected[] {
  const round = (value: number, digits: number) => Number(value.toFixed(digits));
  return detections.map(({ classId, className, score, box }) => ({
    classId,
    className,
    score: round(score, 6),
    box: [round(box[0], 3), round(box[1], 3), round(box[2], 3), round(box[3], 3)],
  }));
}

/**
 * What differs between expected and found boxes, as sentences. Boxes whose score lies within the tolerance of the
 * threshold may be missing or added.
 */
export function goldenDifferences(
  expected: readonly Expected[],
  found: readonly Detection[],
  tolerance: BundleManifest['golden']['tolerance'],
  confidence: number,
): string[] {
  const free = new Set(found);
  const problems: string[] = [];
  const certain = confidence + tolerance.score;
  for (const detection of expected) {
    const match = found.find((candidate) => free.has(candidate) && isSame(detection, candidate, tolerance));
    if (match !== undefined) free.delete(match);
    else if (detection.score > certain) problems.push(`missing ${textOf(detection)}`);
  }
  for (const detection of free) if (detection.score > certain) problems.push(`unexpected ${textOf(detection)}`);
  return problems;
}

function isSame(a: Expected, b: Detection, tolerance: BundleManifest['golden']['tolerance']): boolean {
  return (
    a.classId === b.classId &&
    Math.abs(a.score - b.score) <= tolerance.score &&
    a.box.every((edge, side) => Math.abs(edge - (b.box[side] ?? Number.NaN)) <= tolerance.box)
  );
}

function textOf({ className, score, box }: Expected | Detection): string {
  return `${className} ${score.toFixed(3)} [${box.map((edge) => edge.toFixed(1)).join(', ')}]`;
}
