import { StudioError } from '../errors.ts';
import { detectorSpec, type SpecCorrection } from '../specSchema.ts';
import type { DetectorReading, DetectorSpec } from '../types.ts';
import type { TensorShapes } from './graphTail.ts';
import type { OutputValues } from './heads/head.ts';
import { heads } from './heads/registry.ts';
import type { Recognition } from './recognize.ts';
import { withoutBatch } from './tensorValues.ts';

/** Outputs larger than this (elements) are not made up to try a specification on them. */
const mostElements = 64 * 2 ** 20;

/**
 * A recognition with what the user knows better: the corrected parts laid over the reading of the family they name, or over the
 * likeliest one. Where nothing was recognised, or no reading is of that family, the correction must be whole.
 * @param source what an error calls the correction: its file
 * @param shapes of the graph's tensors at the size of the corrected input
 * @throws StudioError `spec-invalid` where parts are missing or do not fit the graph
 */
export function applyCorrection(
  recognition: Recognition,
  correction: SpecCorrection,
  source: string,
  shapes: TensorShapes,
): Recognition {
  const base = chooseBase(recognition, correction);
  const spec = base === null ? wholeFrom(correction, recognition, source) : mergeInto(base, correction);
  checkFit(spec, source, shapes);
  const others = 'reason' in recognition ? [] : [recognition.reading, ...recognition.alternatives];
  const parts = listParts(correction);
  const reading: DetectorReading = {
    ...spec,
    evidence: [
      ...(base?.evidence ?? []),
      `Corrected by the user: ${parts.length === 0 ? 'nothing' : parts.join(', ')} (${source}).`,
    ],
  };
  return {
    reading,
    corrected: parts,
    alternatives: others.filter(({ family }) => family !== spec.family),
    // Doubts about what has been corrected are answered; those about the file itself stay.
    warnings: recognition.warnings.filter((warning) => !answers(correction, warning)),
  };
}

/** Whether a correction makes a warning of the recognition pointless. */
function answers(correction: SpecCorrection, warning: string): boolean {
  if (correction.anchors !== undefined && warning.includes('anchors')) return true;
  if (correction.family !== undefined && warning.includes('also fits')) return true;
  return (correction.classes !== undefined || correction.classNames !== undefined) && warning.includes('classes, but');
}

function chooseBase(recognition: Recognition, { family }: SpecCorrection): DetectorReading | null {
  if ('reason' in recognition) return null;
  if (family === undefined) return recognition.reading;
  return [recognition.reading, ...recognition.alternatives].find((reading) => reading.family === family) ?? null;
}

function mergeInto({ evidence: _, ...base }: DetectorReading, correction: SpecCorrection): DetectorSpec {
  const classes = correction.classes ?? base.classes;
  const names = correction.classNames ?? base.classNames;
  // A head that selects boxes itself has room for any number of classes: the names say how many.
  const counted =
    base.strides.length === 0 && correction.classes === undefined ? Math.max(classes, names.length) : classes;
  return {
    ...base,
    ...correction,
    input: { ...base.input, ...correction.input },
    activation: { ...base.activation, ...correction.activation },
    classes: counted,
    classNames: Array.from({ length: counted }, (_, index) => names[index] ?? `class ${index}`),
  };
}

/** A correction that stands alone: nothing of the file's own reading can be used. */
function wholeFrom(correction: SpecCorrection, recognition: Recognition, source: string): DetectorSpec {
  const parsed = detectorSpec.safeParse(correction);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map(({ path }) => path.join('.')).slice(0, 12);
  const why =
    'reason' in recognition
      ? `the model is not read as a detector because ${recognition.reason}`
      : `the outputs do not fit the family "${correction.family ?? ''}"`;
  throw new StudioError(
    'spec-invalid',
    `${source} is not enough: ${why}, so that all of the specification is needed.`,
    {
      hint: `Missing or wrong: ${missing.join(', ')}. "boxwright inspect MODEL --print-spec" of a like model shows a whole one.`,
    },
  );
}

/** The corrected parts as "input.channels", "anchors" ... */
function listParts({ input, activation, ...rest }: SpecCorrection): string[] {
  return [
    ...Object.keys(rest),
    ...Object.keys(input ?? {}).map((key) => `input.${key}`),
    ...Object.keys(activation ?? {}).map((key) => `activation.${key}`),
  ];
}

/** Tries the specification on outputs of the shapes that the graph declares. */
function checkFit(spec: DetectorSpec, source: string, shapes: TensorShapes): void {
  const { strides, anchors, anchorsPerCell, classes, classNames } = spec;
  if (classNames.length !== classes) {
    throw invalid(source, `it has ${classNames.length} class names for ${classes} classes`);
  }
  if (anchors !== undefined && anchors.length !== strides.length) {
    throw invalid(source, `it has anchors for ${anchors.length} levels, and ${strides.length} strides`);
  }
  if (anchors?.some((level) => level.length !== anchorsPerCell) === true) {
    throw invalid(source, `each level needs ${anchorsPerCell} anchors`);
  }
  if (spec.input.std.includes(0)) throw invalid(source, 'a deviation (input.std) is 0');
  const values: OutputValues[] = [];
  for (const { name } of spec.outputs) {
    const known = shapes.get(name);
    if (known === undefined) {
      throw invalid(source, `the model has no output "${name}"`);
    }
    const shape = withoutBatch(known.dims, spec.input.batch);
    const sizes = shape.filter((dim) => dim !== null);
    const elements = sizes.reduce((product, dim) => product * dim, 1);
    // A shape that depends on the data is seen when the model runs.
    if (sizes.length !== shape.length || elements > mostElements) return;
    values.push({ data: new Float32Array(elements), shape: sizes });
  }
  try {
    heads[spec.family].makeDecoder(spec).read(values);
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    throw invalid(source, `${error.message.charAt(0).toLowerCase()}${error.message.slice(1).replace(/\.$/, '')}`);
  }
}

function invalid(source: string, what: string): StudioError {
  return new StudioError('spec-invalid', `${source} does not fit the model: ${what}.`, {
    hint: 'Compare it with "boxwright inspect MODEL --print-spec".',
  });
}
