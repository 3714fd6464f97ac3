import type { OperationContext, OperationInput } from '../api.ts';
import { decodeImage } from '../detect/image.ts';
import { readPictureSize } from '../detect/imageSize.ts';
import { StudioError } from '../errors.ts';
import type { DatasetCheckReport, DatasetFinding } from '../types.ts';
import { startTally } from './classTally.ts';
import {
  chooseSplit,
  type Dataset,
  type DatasetImage,
  type ImageTruth,
  type PictureSize,
  type TruthObject,
} from './dataset.ts';
import { sortFindings } from './findings.ts';
import { inParallel } from './inParallel.ts';
import { openDataset } from './openDataset.ts';
import { findSameContent } from './sameContent.ts';
import { indexPictures, type PictureIndex } from './similarPictures.ts';

const parallelPictures = 4;
/** Edges are compared in this many parts of a pixel. */
const partsOfPixel = 100;

/** A picture and the split it is in. */
interface Placed {
  readonly image: DatasetImage;
  readonly split: string;
}

/**
 * Looks through a dataset: pictures that cannot be read, that are there twice or look the same, labels that say nothing usable,
 * labels without pictures and the other way round.
 * @throws StudioError `no-images` where there are none, and what `openDataset` throws
 */
export async function checkDataset(
  { dataset: path, split, decode }: OperationInput<'checkDataset'>,
  { signal, report }: OperationContext,
): Promise<DatasetCheckReport> {
  const dataset = await openDataset(path, { signal, ...(split === undefined ? {} : { split }) });
  const splits = split === undefined ? dataset.splits : [chooseSplit(dataset, split)];
  const placed = splits.flatMap(({ name, images }) => images.map((image): Placed => ({ image, split: name })));
  if (placed.length === 0) throw new StudioError('no-images', `There are no pictures in ${path}.`);
  const tally = startTally(dataset.classNames);
  const pictures = indexPictures(decode ? placed.length : 0);
  const found: DatasetFinding[][] = placed.map(() => []);
  let done = 0;
  await inParallel(placed, parallelPictures, signal, async (place, index) => {
    const findings = found[index] ?? [];
    const size = await readSize(place, index, decode ? pictures : null, findings);
    const truth = await readTruth(dataset, place, size, findings);
    if (truth !== null) tally.add(place.split, truth.objects);
    done += 1;
    report({ step: decode ? 'Looking at pictures' : 'Reading labels', fraction: (0.95 * done) / placed.length });
  });
  const paths = placed.map(({ image }) => image.path);
  const twins = await findSameContent(paths, signal);
  const alike = withoutTwins(pictures.findGroups(), twins);
  return {
    path: dataset.path,
    format: dataset.format,
    splits: splits.map(({ name, images }) => ({ name, images: images.length, ...tally.ofSplit(name) })),
    classes: tally.classes(),
    ...sortFindings([
      ...found.flat(),
      ...describeGroups(placed, twins, 'duplicate-image', 'It has the same content as'),
      ...describeGroups(placed, alike, 'similar-images', 'It looks like'),
      // Only with all its splits is it known which labels belong to no picture.
      ...(split === undefined ? await findOrphans(dataset, signal) : []),
    ]),
    decoded: decode,
    notes: dataset.notes,
  };
}

/** The size of a picture; null, and a finding, where it cannot be read. */
async function readSize(
  { image, split }: Placed,
  index: number,
  pictures: PictureIndex | null,
  findings: DatasetFinding[],
): Promise<PictureSize | null> {
  try {
    if (pictures === null) return await readPictureSize(image.path);
    const decoded = await decodeImage(image.path);
    pictures.add(index, decoded);
    return { width: decoded.width, height: decoded.height };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    findings.push({ kind: 'unreadable-image', path: image.path, split, message: error.message });
    return null;
  }
}

/** What is marked in a picture, with findings about it; null where there are no labels, or they need its size. */
async function readTruth(
  dataset: Dataset,
  { image, split }: Placed,
  size: PictureSize | null,
  findings: DatasetFinding[],
): Promise<ImageTruth | null> {
  if (size === null && dataset.format === 'yolo') return null;
  const truth = await dataset.readTruth(image, size ?? undefined);
  const { path, objects, flaws, size: stated } = truth;
  if (path === null) {
    const message = 'There are no labels for this picture.';
    findings.push({ kind: 'image-without-labels', path: image.path, split, message });
    return null;
  }
  // A COCO file holds the labels of many pictures: the picture says more.
  const place = dataset.format === 'coco' ? image.path : path;
  for (const flaw of flaws) findings.push({ ...flaw, path: place, split });
  if (size !== null && stated !== undefined && (stated.width !== size.width || stated.height !== size.height)) {
    const message = `Its labels are for ${stated.width} x ${stated.height} pixels; it has ${size.width} x ${size.height}.`;
    findings.push({ kind: 'size-differs', path: image.path, split, message });
  }
  for (const message of findDuplicates(objects)) findings.push({ kind: 'duplicate-box', path: place, split, message });
  return truth;
}

/** A sentence for every object that has class and box of one before it. */
function* findDuplicates(objects: readonly TruthObject[]): Generator<string> {
  const seen = new Map<string, TruthObject['id']>();
  for (const { id, classId, box, crowd } of objects) {
    const key = `${classId} ${crowd} ${box.map((edge) => Math.round(edge * partsOfPixel)).join(' ')}`;
    const twin = seen.get(key);
    if (twin === undefined) seen.set(key, id);
    else yield `Object ${id} has the class and the box of object ${twin}.`;
  }
}

/** Groups of pictures that look the same, with one picture for all that have the same content. */
function withoutTwins(groups: readonly number[][], twins: readonly number[][]): number[][] {
  const repeated = new Set(twins.flatMap(([, ...others]) => others));
  const distinct = groups.map((group) => group.filter((index) => !repeated.has(index)));
  return distinct.filter((group) => group.length > 1);
}

/** A finding for every picture of a group but its first. */
function* describeGroups(
  placed: readonly Placed[],
  groups: readonly number[][],
  kind: 'duplicate-image' | 'similar-images',
  what: string,
): Generator<DatasetFinding> {
  for (const group of groups) {
    const [first, ...others] = group.flatMap((index) => placed[index] ?? []);
    for (const { image, split } of first === undefined ? [] : others) {
      const elsewhere = split === first?.split ? '' : `, which is in "${first?.split}"`;
      const isSame = image.path === first?.image.path;
      const message = isSame ? `It is in "${first.split}" too.` : `${what} ${first?.image.path}${elsewhere}.`;
      yield { kind, path: image.path, split, message };
    }
  }
}

async function findOrphans(dataset: Dataset, signal: AbortSignal): Promise<DatasetFinding[]> {
  const kind = 'labels-without-image';
  const orphans = await dataset.findOrphans(signal);
  return orphans.map((orphan) =>
    dataset.format === 'coco'
      ? { kind, path: dataset.path, message: `${orphan}: there is no such picture.` }
      : { kind, path: orphan, message: 'There is no picture for these labels.' },
  );
}
