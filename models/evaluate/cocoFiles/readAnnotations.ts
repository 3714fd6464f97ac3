import type { OperationContext } from '../../api.ts';
import type { CocoAnnotations } from '../../dataset/coco/gatherRecords.ts';
import { type CocoId, compareIds } from '../../dataset/coco/ids.ts';
import { notCoco, readCocoFile } from '../../dataset/coco/readCocoFile.ts';
import { crowdFlag, ignoreFlag } from '../../dataset/coco/records.ts';
import { formatQuantity } from '../../format.ts';
import { type GroupedBoxes, groupTruth, type TruthColumns } from '../metrics/boxColumns.ts';
import type { NamedClass } from '../metrics/figures.ts';
import { maximumClasses } from '../metrics/rules.ts';

/** A COCO file of annotations, its pictures and classes by number: both in ascending order of their ids, as COCO ranks them. */
export interface Annotations {
  readonly path: string;
  /** Number of each picture by its id. */
  readonly pictures: ReadonlyMap<CocoId, number>;
  /** A class bears the id of its category where all of these are numbers, else its place. */
  readonly classes: readonly NamedClass[];
  /** Number of each class by its id. */
  readonly classNumbers: ReadonlyMap<CocoId, number>;
  readonly truth: GroupedBoxes<TruthColumns>;
  /** Sentences about what was left out or may be misread. */
  readonly warnings: readonly string[];
}

/**
 * Reads a COCO file of annotations (instances) for measuring boxes. As in COCO's own code a crowd is ignored, and the field
 * "ignore" is not looked at.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export async function readAnnotations(path: string, { signal, report }: OperationContext): Promise<Annotations> {
  const file = await readCocoFile(path, {
    signal,
    onProgress: (fraction) => report({ step: 'Reading annotations', fraction }),
    unusable: 'refuse',
    needsFileNames: false,
    needs: ['images', 'annotations', 'categories'],
  });
  if (file.categories.length > maximumClasses) throw notCoco(path, `it has more than ${maximumClasses} categories`);
  // As NumPy ranks them: ids that all stand in quotes by their letters, "10" before "9".
  const areQuoted = file.images.every(({ isQuoted }) => isQuoted);
  const images = rank(areQuoted ? file.images.map(({ id }) => String(id)) : file.images.map(({ id }) => id));
  const categories = rank(file.categories.map(({ id }) => id));
  const areNumbers = file.categories.every(({ id }) => typeof id === 'number');
  const { truth, leftOut } = arrange(file.annotations, images.numbers, categories.numbers);
  return {
    path,
    pictures: numberById(images, file.images),
    classes: categories.order.map((place, number) => {
      const { id = number, name = '' } = file.categories[place] ?? {};
      return { id: areNumbers ? Number(id) : number, name };
    }),
    classNumbers: numberById(categories, file.categories),
    truth,
    warnings: [...file.notes, ...findOddities(path, file.annotations, leftOut)],
  };
}

/** The ascending order of a list of ids. */
interface Ranking {
  /** The place in the list of each number. */
  readonly order: readonly number[];
  /** The number of each place in the list. */
  readonly numbers: Uint32Array;
}

function rank(ids: readonly CocoId[]): Ranking {
  const order = [...ids.keys()].sort((a, b) => compareIds(ids[a] ?? '', ids[b] ?? ''));
  const numbers = new Uint32Array(ids.length);
  for (const [number, place] of order.entries()) numbers[place] = number;
  return { order, numbers };
}

/** In ascending order of the numbers. */
function numberById({ order }: Ranking, records: readonly { readonly id: CocoId }[]): Map<CocoId, number> {
  return new Map(order.map((place, number) => [records[place]?.id ?? '', number]));
}

/**
 * Annotations by picture and class; those of pictures or classes that are not listed are left out.
 * @param pictures the number of the picture at each place in the file
 * @param classes the number of the category at each place in the file
 */
function arrange(
  { imageIndices, classIds, boxes, areas, flags }: CocoAnnotations,
  pictures: Uint32Array,
  classes: Uint32Array,
): { truth: GroupedBoxes<TruthColumns>; leftOut: number } {
  const isListed = (_: number, row: number) => (imageIndices[row] ?? -1) >= 0 && (classIds[row] ?? -1) >= 0;
  const rows = Uint32Array.from(imageIndices.keys()).filter(isListed);
  const crowds = Uint8Array.from(rows, (row) => ((flags[row] ?? 0) & crowdFlag ? 1 : 0));
  const columns: TruthColumns = {
    classIds: Uint16Array.from(rows, (row) => classes[classIds[row] ?? 0] ?? 0),
    boxes: Float64Array.from({ length: 4 * rows.length }, (_, at) => boxes[4 * (rows[at >> 2] ?? 0) + (at & 3)] ?? 0),
    areas: Float64Array.from(rows, (row) => areaOf(areas[row], boxes[4 * row + 2], boxes[4 * row + 3])),
    crowds,
    ignored: crowds,
  };
  const pictureOf = Uint32Array.from(rows, (row) => pictures[imageIndices[row] ?? 0] ?? 0);
  return {
    truth: groupTruth(pictureOf, pictures.length, classes.length, columns),
    leftOut: imageIndices.length - rows.length,
  };
}

function areaOf(stated = Number.NaN, width = 0, height = 0): number {
  return Number.isNaN(stated) ? width * height : stated;
}

function findOddities(path: string, { ids, areas, flags }: CocoAnnotations, leftOut: number): string[] {
  const warnings: string[] = [];
  const count = (number: number) => formatQuantity(number, 'annotation');
  if (leftOut > 0) {
    const many = formatQuantity(leftOut, 'annotation was', 'annotations were');
    warnings.push(`${path}: ${many} left out, of an image or a category that is not listed.`);
  }
  const withoutArea = areas.filter(Number.isNaN).length;
  if (withoutArea > 0) {
    warnings.push(`${path}: ${count(withoutArea)} without an area: that of the box was taken.`);
  }
  const ignoredAlone = flags.filter((flag) => flag === ignoreFlag).length;
  if (ignoredAlone > 0) {
    const many = count(ignoredAlone);
    warnings.push(`${path}: ${many} with "ignore" but not "iscrowd": as in pycocotools, that counts for nothing.`);
  }
  if (ids.includes(0)) {
    warnings.push(
      `${path}: an annotation has the id 0. pycocotools takes what finds it for wrong; here it counts as found.`,
    );
  }
  return warnings;
}
