import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { maximumClasses } from '../metrics/rules.ts';

/**
 * The first entry of a part: of what it is. Parts are joined only where all but the number of the shard is the same, and an
 * interrupted run goes on only where everything is.
 */
export const partHeader = z.strictObject({
  version: z.literal(1),
  /** The version of Boxwright that made it: another one may find other boxes. */
  program: z.string().min(1).max(100),
  /** SHA-256 of the model's file, and of how it is read. */
  model: z.hash('sha256'),
  reading: z.hash('sha256'),
  provider: z.string().min(1).max(100),
  /** SHA-256 over the ids of all pictures of the split. */
  pictures: z.hash('sha256'),
  pictureCount: z.int().min(1).max(0xffff_fffe),
  split: z.string().max(1000),
  classNames: z.array(z.string().max(10_000)).max(maximumClasses),
  thresholds: z.strictObject({
    confidence: z.number().min(0).max(1),
    iou: z.number().min(0).max(1),
    maxDetections: z.int().min(1),
  }),
  /** Picture i is in the shard i mod count + 1. */
  shard: z.strictObject({ index: z.int().min(1), count: z.int().min(1).max(100_000) }),
});

/** As `partHeader`. */
export type PartHeader = z.infer<typeof partHeader>;

/** What must be the same in the parts of one evaluation, and what to say where it is not. */
const alike: readonly (readonly [keyof PartHeader, string])[] = [
  ['program', 'other versions of Boxwright'],
  ['model', 'other models'],
  ['reading', 'models that were read in other ways'],
  ['provider', 'other providers'],
  ['pictures', 'other pictures'],
  ['pictureCount', 'other pictures'],
  ['split', 'other splits'],
  ['classNames', 'other classes'],
  ['thresholds', 'other thresholds'],
];

/** In what two parts do not belong together, as "other models"; undefined where they do. */
export function differenceOf(a: PartHeader, b: PartHeader): string | undefined {
  const found = alike.find(([field]) => !isDeepStrictEqual(a[field], b[field]));
  return found?.[1] ?? (a.shard.count === b.shard.count ? undefined : 'other numbers of parts');
}

/** What is known of a block of pictures beside their records. */
export const blockNotes = z.strictObject({
  /** Milliseconds, over the pictures of the block. */
  ms: z.strictObject({
    decode: z.number().min(0),
    preprocess: z.number().min(0),
    inference: z.number().min(0),
    postprocess: z.number().min(0),
  }),
  /** Pictures that could not be read: they have no records. */
  unreadable: z.array(z.strictObject({ place: z.int().min(0), path: z.string(), message: z.string() })),
  /** Labels of the block with something wrong. */
  flaws: z.int().min(0),
});

/** As `blockNotes`. */
export type BlockNotes = z.infer<typeof blockNotes>;
