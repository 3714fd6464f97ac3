import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { scanJsonLists } from './jsonScan.ts';

const chunkBytes = 1 * 2 ** 20;
/** More than the largest public datasets have; beyond it memory would run out. */
const maximumImages = 5_000_000;
const maximumAnnotations = 40_000_000;
const maximumCategories = 65_536;

const id = z.union([z.number(), z.string().max(1000)]);
const flag = z.union([z.number(), z.boolean()]).transform(Boolean);
const imageEntry = z.object({
  id,
  file_name: z.string().min(1).max(32_768),
  width: z.number().positive().nullish(),
  height: z.number().positive().nullish(),
});
const categoryEntry = z.object({ id, name: z.string() });
const annotationEntry = z.object({
  id: id.nullish(),
  image_id: id,
  category_id: id,
  bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  area: z.number().nullish(),
  iscrowd: flag.nullish(),
  ignore: flag.nullish(),
  /** What the scan leaves of it: true for a run-length mask. */
  segmentation: z.unknown().optional(),
});

type CocoId = z.output<typeof id>;

interface CocoImage {
  readonly id: CocoId;
  readonly fileName: string;
  readonly width?: number;
  readonly height?: number;
}

/** What a COCO file says, annotations as columns: a large file has a million of them. */
export interface CocoFile {
  readonly images: readonly CocoImage[];
  /** In the order of their ids where these are numbers, else of the file: the place is the class id. */
  readonly categories: readonly { readonly id: CocoId; readonly name: string }[];
  readonly annotations: CocoAnnotations;
  /** How many segmentations are run-length masks. */
  readonly masks: number;
  /** Entries that could not be used, as sentences. */
  readonly faults: readonly string[];
}

export interface CocoAnnotations {
  readonly ids: readonly CocoId[];
  /** Place in `images`; -1 where the file has no such picture. */
  readonly imageIndices: Int32Array;
  /** Place in `categories`; -1 where the file has no such category. */
  readonly classIds: Int32Array;
  /** [x, y, width, height], as written. */
  readonly boxes: Float64Array;
  /** As written; NaN where the file has none. */
  readonly areas: Float64Array;
  /** 1 for a crowd, 2 for an ignored one, 3 for both. */
  readonly flags: Uint8Array;
}

/** Fields that hold ids. */
const idFields = ['id', 'image_id', 'category_id'];

/** Faults beyond this number are only counted. */
const listedFaults = 20;

/**
 * Reads a COCO JSON file in pieces, without its outlines and masks, so that its size does not matter. Ids may be numbers or
 * strings, of any length; 7 and "7" are the same.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export async function readCocoFile(path: string, signal: AbortSignal): Promise<CocoFile> {
  const gathered = gather(path);
  const scan = scanJsonLists(path, { visit: gathered.visit, omit: 'segmentation', exact: idFields });
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes, signal })) scan.feed(chunk);
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(path, error);
  }
  scan.end();
  return gathered.finish();
}

function gather(path: string) {
  const images: CocoImage[] = [];
  const imageAt = new Map<string, number>();
  const categories: { id: CocoId; name: string }[] = [];
  const categoryKnown = new Set<string>();
  // Annotations may stand before the pictures and categories they name.
  const ids: CocoId[] = [];
  const imageKeys: string[] = [];
  const categoryKeys: string[] = [];
  const boxes: number[] = [];
  const areas: number[] = [];
  const flags: number[] = [];
  const faults: string[] = [];
  let faultCount = 0;
  let masks = 0;

  const addFault = (message: string) => {
    faultCount += 1;
    if (faults.length < listedFaults) faults.push(message);
  };
  const limit = (count: number, maximum: number, what: string) => {
    if (count < maximum) return;
    throw new StudioError('dataset-invalid', `${path} has more than ${maximum.toLocaleString('en')} ${what}.`, {
      hint: 'Divide it into several files.',
    });
  };

  const visit = {
    images: (element: unknown) => {
      limit(images.length, maximumImages, 'pictures');
      const parsed = imageEntry.safeParse(element);
      if (!parsed.success) return addFault(`A picture has no sound ${fieldOf(parsed.error)}.`);
      const { id, file_name: fileName, width, height } = parsed.data;
      const key = String(id);
      if (imageAt.has(key)) return addFault(`Two pictures have the id ${key}; the first counts.`);
      imageAt.set(key, images.length);
      const size = width == null || height == null ? {} : { width, height };
      images.push({ id, fileName, ...size });
    },
    categories: (element: unknown) => {
      limit(categories.length, maximumCategories, 'categories');
      const parsed = categoryEntry.safeParse(element);
      if (!parsed.success) return addFault(`A category has no sound ${fieldOf(parsed.error)}.`);
      const key = String(parsed.data.id);
      if (categoryKnown.has(key)) return addFault(`Two categories have the id ${key}; the first counts.`);
      categoryKnown.add(key);
      categories.push(parsed.data);
    },
    annotations: (element: unknown) => {
      limit(ids.length, maximumAnnotations, 'annotations');
      const parsed = annotationEntry.safeParse(element);
      if (!parsed.success) return addFault(`An annotation has no sound ${fieldOf(parsed.error)}.`);
      const { data } = parsed;
      ids.push(data.id ?? ids.length + 1);
      imageKeys.push(String(data.image_id));
      categoryKeys.push(String(data.category_id));
      boxes.push(...data.bbox);
      areas.push(data.area ?? Number.NaN);
      flags.push((data.iscrowd ? 1 : 0) + (data.ignore ? 2 : 0));
      if (data.segmentation === true) masks += 1;
    },
  };

  const finish = (): CocoFile => {
    if (images.length === 0 && faultCount === 0) {
      throw new StudioError('dataset-invalid', `${path} is no COCO dataset: it lists no "images".`);
    }
    const sorted = sortCategories(categories);
    const classAt = new Map(sorted.map((category, index) => [String(category.id), index]));
    if (faultCount > faults.length) faults.push(`${faultCount - faults.length} more entries could not be used.`);
    return {
      images,
      categories: sorted,
      annotations: {
        ids,
        imageIndices: Int32Array.from(imageKeys, (key) => imageAt.get(key) ?? -1),
        classIds: Int32Array.from(categoryKeys, (key) => classAt.get(key) ?? -1),
        boxes: Float64Array.from(boxes),
        areas: Float64Array.from(areas),
        flags: Uint8Array.from(flags),
      },
      masks,
      faults,
    };
  };
  return { visit, finish };
}

function fieldOf(error: z.ZodError): string {
  return `"${String(error.issues[0]?.path[0] ?? 'content')}"`;
}

/** Ids of categories have gaps (COCO's own run from 1 to 90 for 80 classes); detectors number the classes in their order. */
function sortCategories(categories: readonly { id: CocoId; name: string }[]): { id: CocoId; name: string }[] {
  const areNumbers = categories.every(({ id }) => Number.isFinite(Number(id)));
  return areNumbers ? [...categories].sort((a, b) => Number(a.id) - Number(b.id)) : [...categories];
}
