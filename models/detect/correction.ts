import { StudioError } from '../errors.ts';
import { classNameOf } from '../geometry/classMap.ts';
import { detectorSpec, type SpecCorrection } from '../specSchema.ts';
import type { DetectorReading, DetectorSpec } from '../types.ts';
import { differingParts } from './correctedParts.ts';
import { refuseMisfit, type SpecTarget } from './correctionFit.ts';
import { listParts } from './listParts.ts';
import type { Recognition, Recognized } from './recognize.ts';

/**
 * A recognition with what the user knows better: the corrected parts laid over the reading of the family they name, or over the
 * likeliest one. Where nothing was recognised, or no reading is of that family, the correction must be whole.
 * @param source what an error calls the correction: its file
 * @throws StudioError `spec-invalid` where parts are missing or do not fit the graph
 */
export function applyCorrection(
  recognition: Recognition,
  correction: SpecCorrection,
  source: string,
  target: SpecTarget,
): Recognized {
  const readings = 'reason' in recognition ? [] : [recognition.reading, ...recognition.alternatives];
  const base = chooseBase(readings, correction);
  const recognised = base && { ...base, input: { ...base.input, size: target.usualSize ?? base.input.size } };
  const spec = base === null ? wholeFrom(correction, recognition, source) : mergeInto(base, correction);
  refuseMisfit(spec, source, target);
  const parts =
    recognised === null ? correction : keepChoice(differingParts(spec, specOf(recognised)), correction, readings);
  const named = listParts(parts);
  const reading: DetectorReading = {
    ...spec,
    evidence: [
      ...(base?.evidence ?? []),
      ...(named.length === 0 ? [] : [`Corrected by the user: ${named.join(', ')} (${source}).`]),
    ],
  };
  return {
    reading,
    corrected: { parts, recognised },
    alternatives: readings.filter(({ family }) => family !== spec.family),
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

function chooseBase(readings: readonly DetectorReading[], { family }: SpecCorrection): DetectorReading | null {
  const [best = null] = readings;
  return family === undefined ? best : (readings.find((reading) => reading.family === family) ?? null);
}

function specOf({ evidence: _, ...spec }: DetectorReading): DetectorSpec {
  return spec;
}

/** A family that the user names among several that fit is a correction, also where it is the likeliest. */
function keepChoice(
  parts: SpecCorrection,
  { family }: SpecCorrection,
  readings: readonly DetectorReading[],
): SpecCorrection {
  return family === undefined || readings.length < 2 ? parts : { family, ...parts };
}

function mergeInto(base: DetectorReading, correction: SpecCorrection): DetectorSpec {
  const merged = {
    ...specOf(base),
    ...correction,
    input: { ...base.input, ...correction.input },
    activation: { ...base.activation, ...correction.activation },
  };
  const { classNames } = correction;
  const classes = correction.classes ?? (classNames && namesDecide(merged) ? classNames.length : base.classes);
  if (classNames !== undefined || classes === base.classes) return { ...merged, classes };
  const names = Array.from({ length: classes }, (_, index) => classNameOf(base.classNames, index));
  return { ...merged, classes, classNames: names };
}

/** True where the outputs give the number of a class, so that their shapes do not say how many there are. */
function namesDecide({ rows, outputs }: DetectorSpec): boolean {
  return rows?.columns.includes('class') === true || outputs.some(({ holds }) => holds === 'classes');
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
