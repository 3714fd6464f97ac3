import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import type { Box } from '../types.ts';
import type { PictureSize } from './dataset.ts';

/** One object of an annotation file. */
interface VocObject {
  readonly name: string;
  /** Pixel n of the picture spans n to n + 1, see `readVocAnnotation`. */
  readonly box: Box;
  readonly difficult: boolean;
}

export interface VocAnnotation {
  readonly fileName?: string;
  readonly size?: PictureSize;
  /** In the order of the file; null for one that has no name or no box. */
  readonly objects: readonly (VocObject | null)[];
}

const coordinate = z.string().trim().min(1).transform(Number).pipe(z.number());
const box = z.object({ xmin: coordinate, ymin: coordinate, xmax: coordinate, ymax: coordinate });
const object = z.object({ name: z.string().trim().min(1), bndbox: box, difficult: z.string().optional() });
const side = z.string().trim().transform(Number).pipe(z.number().positive());
const size = z.object({ width: side, height: side });
const annotation = z.object({
  annotation: z.object({
    filename: z.unknown().optional(),
    size: z.unknown().optional(),
    object: z.array(z.unknown()).default([]),
  }),
});

const parser = new XMLParser({
  parseTagValue: false,
  ignoreAttributes: true,
  jPath: false,
  isArray: (name) => name === 'object',
});

/**
 * Reads a Pascal VOC annotation. As in the development kit, pixels are counted from 1 and a box takes in the pixels it names:
 * xmin..xmax covers [xmin - 1, xmax] here. Parts of objects (heads, hands) are not read.
 * @throws StudioError `dataset-invalid`
 */
export function readVocAnnotation(path: string, text: string): VocAnnotation {
  const parsed = annotation.safeParse(parseXml(path, text));
  if (!parsed.success) throw new StudioError('dataset-invalid', `${path} is no VOC annotation.`);
  const { filename, size: stated, object: objects } = parsed.data.annotation;
  const sized = size.safeParse(stated);
  return {
    ...(typeof filename === 'string' && filename !== '' ? { fileName: filename } : {}),
    ...(sized.success ? { size: sized.data } : {}),
    objects: objects.map(readObject),
  };
}

function parseXml(path: string, text: string): unknown {
  try {
    return parser.parse(text, true);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StudioError('dataset-invalid', `${path} is not valid XML: ${reason}`, { cause: error });
  }
}

function readObject(value: unknown): VocObject | null {
  const parsed = object.safeParse(value);
  if (!parsed.success) return null;
  const { name, bndbox, difficult } = parsed.data;
  const { xmin, ymin, xmax, ymax } = bndbox;
  return { name: decodeNumbers(name), box: [xmin - 1, ymin - 1, xmax, ymax], difficult: difficult?.trim() === '1' };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * The names of the objects in an annotation file, without parsing it: the list of classes needs every file of a dataset, and
 * parsing takes a hundred times as long.
 */
export function scanVocNames(text: string): string[] {
  const withoutParts = text.replace(/<part>[\s\S]*?<\/part>/g, '');
  const names = withoutParts.matchAll(/<object>[\s\S]*?<name>\s*([^<]*?)\s*<\/name>/g);
  return [...names].map(([, name = '']) =>
    decodeNumbers(name.replace(/&(amp|lt|gt|quot|apos);/g, (_, entity) => entities[entity] ?? '')),
  );
}

/** Characters by their numbers: so Python's library writes all that is not ASCII, and the parser leaves it. */
function decodeNumbers(text: string): string {
  return text.replace(/&#(x[0-9a-f]{1,6}|\d{1,7});/gi, (reference: string, digits: string) => {
    const code = Number(digits.toLowerCase().startsWith('x') ? `0${digits}` : digits);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : reference;
  });
}
