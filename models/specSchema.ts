import { z } from 'zod';
import { StudioError } from './errors.ts';
import type { DetectorSpec } from './types.ts';

const text = z.string().max(10_000);
const finite = z.number();
const triple = z.tuple([finite, finite, finite]);
const side = z.int().min(1).max(16_384);

/** Every family of heads that can be read. */
export const headFamily = z.enum([
  'v2',
  'v3',
  'v5',
  'v8',
  'dfl',
  'yolox',
  'boxes-scores',
  'nanodet',
  'fastestdet',
  'yolo-fastestv2',
  'end-to-end',
  'nms',
  'rt-detr',
]);

const inputSpec = z.strictObject({
  name: text,
  layout: z.enum(['NCHW', 'NHWC']),
  type: z.enum(['float32', 'float16', 'uint8']),
  size: z.tuple([side, side]),
  batch: z.int().min(1).max(4096),
  dynamicSize: z.boolean(),
  channels: z.enum(['RGB', 'BGR']),
  scale: finite,
  mean: triple,
  std: triple,
  resize: z.enum(['letterbox-center', 'letterbox-topleft', 'stretch']),
  padValue: z.number().min(0).max(255),
  extra: z
    .array(
      z.object({
        name: text,
        type: z.enum(['float32', 'float16', 'int32', 'int64', 'bool']),
        dims: z.array(side).max(8),
        holds: z.union([z.enum(['height-width', 'width-height']), finite]),
      }),
    )
    .max(16)
    .optional(),
});

const activation = z.strictObject({
  box: z.enum(['none', 'sigmoid']),
  objectness: z.enum(['none', 'sigmoid', 'absent']),
  class: z.enum(['none', 'sigmoid', 'softmax']),
});

const wholeSpec = z.strictObject({
  family: headFamily,
  head: text,
  input: inputSpec,
  outputs: z
    .array(
      z.object({
        name: text,
        holds: z.enum(['predictions', 'boxes', 'scores', 'objectness', 'classes', 'distances', 'count', 'indices']),
        order: z.enum(['channel-major', 'box-major', 'cell-major']),
      }),
    )
    .min(1)
    .max(64),
  strides: z.array(z.int().min(1).max(4096)).max(16),
  grids: z.array(z.tuple([side, side])).max(16).optional(),
  anchorsPerCell: z.int().min(1).max(64),
  anchors: z
    .array(z.array(z.tuple([finite, finite])).max(64))
    .max(16)
    .optional(),
  classes: z.int().min(1).max(65_535),
  classNames: z.array(z.string().max(1000)).max(65_535),
  distanceBins: z.int().min(1).max(256).optional(),
  cellCentre: z.object({ share: finite, shift: finite }).optional(),
  activation,
  extraValues: z.object({ holds: z.enum(['masks', 'keypoints', 'angle']), count: z.int().min(1).max(4096) }).optional(),
  rows: z
    .object({
      columns: z.array(z.enum(['batch', 'box', 'score', 'class', 'classes', 'angle'])).max(16),
      box: z.enum(['x1y1x2y2', 'y1x1y2x2', 'centre-size']),
      units: z.enum(['pixels', 'relative']),
    })
    .optional(),
  decodedInGraph: z.boolean(),
  nmsInGraph: z.boolean(),
  bakedIn: z
    .object({
      confidence: z.number().min(0).max(1).optional(),
      iou: z.number().min(0).max(1).optional(),
      maxDetections: z.int().min(1).max(1_000_000).optional(),
    })
    .optional(),
});

/** How a detector is fed and read, as it is kept in bundles: plain data from outside. What only explains it is left out. */
export const detectorSpec: z.ZodType<DetectorSpec> = z.object(wholeSpec.shape);

/** Any part of a specification: what a user corrects. Unknown keys are refused, since they are slips of the pen. */
export const specCorrection = wholeSpec
  .extend({ input: inputSpec.partial().optional(), activation: activation.partial().optional() })
  .partial();

export type SpecCorrection = z.output<typeof specCorrection>;

/**
 * Reads JSON of a known form.
 * @param source what an error calls it: a file, or what was typed
 * @throws StudioError `spec-invalid` saying which key is wrong
 */
export function parseSpecJson<Value>(text: string, schema: z.ZodType<Value>, source: string): Value {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notSpec(source, `it is not JSON (${error instanceof Error ? error.message : 'unreadable'})`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
  throw notSpec(source, `${key}${issue?.message ?? 'not a specification'}`);
}

/** An error for what should be a specification and is none. */
export function notSpec(source: string, what: string): StudioError {
  return new StudioError('spec-invalid', `${source} is not a specification: ${what}.`, {
    hint: '"boxwright inspect MODEL --print-spec" shows what may be in it.',
  });
}
