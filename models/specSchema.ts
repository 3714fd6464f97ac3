import { z } from 'zod';
import { headFamilies } from './choices.ts';
import { StudioError } from './errors.ts';
import { nearestWord } from './nearestWord.ts';
import type { DetectorSpec } from './types.ts';

const text = z.string().max(10_000);
const finite = z.number();
const triple = z.tuple([finite, finite, finite]);
const side = z.int().min(1).max(16_384);

const extraInput = z.strictObject({
  name: text,
  type: z.enum(['float32', 'float16', 'int32', 'int64', 'bool']),
  dims: z.array(side).max(8),
  holds: z.union([z.enum(['height-width', 'width-height']), finite]),
});

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
  extra: z.array(extraInput).max(16).optional(),
});

const outputSpec = z.strictObject({
  name: text,
  holds: z.enum(['predictions', 'boxes', 'scores', 'objectness', 'classes', 'distances', 'count', 'indices']),
  order: z.enum(['channel-major', 'box-major', 'cell-major']),
});

const activation = z.strictObject({
  box: z.enum(['none', 'sigmoid']),
  objectness: z.enum(['none', 'sigmoid', 'absent']),
  class: z.enum(['none', 'sigmoid', 'softmax']),
});

const cellCentre = z.strictObject({ share: finite, shift: finite });

const extraValues = z.strictObject({
  holds: z.enum(['masks', 'keypoints', 'angle']),
  count: z.int().min(1).max(4096),
});

const rows = z.strictObject({
  columns: z.array(z.enum(['batch', 'box', 'score', 'class', 'classes', 'angle'])).max(16),
  box: z.enum(['x1y1x2y2', 'y1x1y2x2', 'centre-size']),
  units: z.enum(['pixels', 'relative']),
});

const bakedIn = z.strictObject({
  confidence: z.number().min(0).max(1).optional(),
  iou: z.number().min(0).max(1).optional(),
  maxDetections: z.int().min(1).max(1_000_000).optional(),
});

const classNames = z.array(z.string().max(1000)).min(1).max(65_535);

const wholeSpec = z.strictObject({
  family: z.enum(headFamilies),
  head: text,
  input: inputSpec,
  outputs: z.array(outputSpec).min(1).max(64),
  strides: z.array(z.int().min(1).max(4096)).max(16),
  grids: z
    .array(z.tuple([side, side]))
    .max(16)
    .optional(),
  anchorsPerCell: z.int().min(1).max(64),
  anchors: z
    .array(z.array(z.tuple([finite, finite])).max(64))
    .max(16)
    .optional(),
  centreScale: z.array(finite).max(16).optional(),
  classes: z.int().min(1).max(65_535),
  classNames,
  distanceBins: z.int().min(1).max(256).optional(),
  cellCentre: cellCentre.optional(),
  activation,
  extraValues: extraValues.optional(),
  rows: rows.optional(),
  decodedInGraph: z.boolean(),
  nmsInGraph: z.boolean(),
  bakedIn: bakedIn.optional(),
});

/** How a detector is fed and read, as it is kept in bundles: plain data from outside. What only explains it is left out. */
export const detectorSpec: z.ZodType<DetectorSpec> = z.object(wholeSpec.shape);

/** Any part of a specification: what a user corrects. Unknown keys are refused, since they are slips of the pen. */
export const specCorrection = wholeSpec
  .extend({ input: inputSpec.partial().optional(), activation: activation.partial().optional() })
  .partial();

export type SpecCorrection = z.output<typeof specCorrection>;

/** The same as a user writes it in a file: the class names may also be the path of a file that has them. */
export const writtenCorrection = specCorrection.extend({ classNames: z.union([classNames, text.min(1)]).optional() });

const parts = { input: inputSpec, outputs: outputSpec, cellCentre, activation, extraValues, rows, bakedIn };

/** Every key that may be in a specification, with what it is in: "strides", "input.size" ... */
const knownKeys = [
  ...Object.keys(wholeSpec.shape),
  ...Object.entries(parts).flatMap(([part, { shape }]) => Object.keys(shape).map((key) => `${part}.${key}`)),
];

/**
 * Reads JSON.
 * @param source what an error calls it: a file, or what was typed
 * @throws StudioError `spec-invalid`
 */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notSpec(source, `it is not JSON (${error instanceof Error ? error.message : 'unreadable'})`);
  }
}

/**
 * Reads what should be a specification or a part of one.
 * @throws StudioError `spec-invalid` saying which key is wrong, and which may have been meant
 */
export function parseSpec<Value>(value: unknown, schema: z.ZodType<Value>, source: string): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') throw notSpec(source, describeUnknownKey(issue.path, issue.keys[0] ?? ''));
  const key = issue === undefined || issue.path.length === 0 ? '' : `"${issue.path.join('.')}": `;
  throw notSpec(source, `${key}${issue?.message ?? 'not a specification'}`);
}

function describeUnknownKey(path: readonly PropertyKey[], key: string): string {
  const part = path.filter((step) => typeof step === 'string' && step !== 'spec').join('.');
  const lastOf = (known: string) => known.slice(known.lastIndexOf('.') + 1);
  const beside = knownKeys.filter((known) => known === (part === '' ? lastOf(known) : `${part}.${lastOf(known)}`));
  // A right name in a wrong place is likelier meant than a wrong name in the right one.
  const elsewhere = knownKeys.find((known) => lastOf(known) === key);
  const near = nearestWord(key, beside.map(lastOf));
  const meant = elsewhere ?? (near === undefined ? undefined : `${part === '' ? '' : `${part}.`}${near}`);
  const unknown = `"${part === '' ? '' : `${part}.`}${key}" is not known`;
  return meant === undefined ? unknown : `${unknown}; did you mean "${meant}"?`;
}

/** An error for what should be a specification and is none. */
export function notSpec(source: string, what: string): StudioError {
  return new StudioError(
    'spec-invalid',
    `${source} is not a specification: ${what.replace(/[.?]?$/, (end) => end || '.')}`,
    {
      hint: 'Mend it, or delete it where it lies beside a model; "boxwright inspect MODEL --print-spec" shows what may be in it.',
    },
  );
}
