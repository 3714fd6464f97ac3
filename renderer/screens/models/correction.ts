import type { SpecCorrection } from '../../../models/specSchema.ts';
import type { DetectorReport, DetectorSpec, HeadFamily } from '../../../models/types.ts';
import { namesIn, numbersIn, readAnchors, readNumber, readPair, readTriple } from './formTexts.ts';

/** The specification as a form holds it: texts that may not be right yet. */
export interface SpecForm {
  readonly family: HeadFamily;
  readonly size: string;
  readonly channels: 'RGB' | 'BGR';
  readonly scale: string;
  readonly mean: string;
  readonly std: string;
  readonly resize: DetectorSpec['input']['resize'];
  readonly padValue: string;
  readonly strides: string;
  /** One level a line. */
  readonly anchors: string;
  readonly box: DetectorSpec['activation']['box'];
  readonly objectness: DetectorSpec['activation']['objectness'];
  readonly classActivation: DetectorSpec['activation']['class'];
  /** One name a line. */
  readonly classNames: string;
}

export type FormField = keyof SpecForm;

/** A form filled with a specification. */
export function fillForm({ family, input, strides, anchors, activation, classNames }: DetectorSpec): SpecForm {
  const [height, width] = input.size;
  return {
    family,
    size: `${width} x ${height}`,
    channels: input.channels,
    scale: writeScale(input.scale),
    mean: input.mean.join(', '),
    std: input.std.join(', '),
    resize: input.resize,
    padValue: String(input.padValue),
    strides: strides.join(', '),
    anchors: (anchors ?? []).map((level) => level.map(([w, h]) => `${w} x ${h}`).join(', ')).join('\n'),
    box: activation.box,
    objectness: activation.objectness,
    classActivation: activation.class,
    classNames: classNames.join('\n'),
  };
}

/** 1/255 rather than 0.00392. */
export function writeScale(scale: number): string {
  const inverse = 1 / scale;
  return scale !== 1 && Math.abs(inverse - Math.round(inverse)) < 1e-6 ? `1/${Math.round(inverse)}` : String(scale);
}

/** How a file is read under each family that fits, the likeliest first but for the one that is in use. */
export function readingsOf({ spec, recognised = spec, alternatives = [] }: DetectorReport): readonly DetectorSpec[] {
  return [recognised, ...alternatives.map((alternative) => alternative.spec)];
}

/** What the file alone says under the family of the form. */
export function recognisedUnder(family: HeadFamily, detector: DetectorReport): DetectorSpec {
  return readingsOf(detector).find((reading) => reading.family === family) ?? detector.spec;
}

/** Why a field can't be as it is. */
export type Fault =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'strides'; readonly step: number }
  | { readonly kind: 'byte' }
  | { readonly kind: 'zero' }
  | { readonly kind: 'names'; readonly names: number; readonly classes: number }
  | { readonly kind: 'levels'; readonly levels: number }
  | { readonly kind: 'anchors'; readonly perCell: number };

interface FormReading {
  /** Absent where a field can't be as it is; as JSON where it must be a whole specification. */
  readonly correction?: SpecCorrection | string;
  /** Fields that say something else than the file. */
  readonly changed: readonly FormField[];
  readonly faults: Readonly<Partial<Record<FormField, Fault>>>;
}

/** Reads a form: what in it differs from what the file says under its family, and what had been corrected beside. */
export function readForm(form: SpecForm, detector: DetectorReport): FormReading {
  const recognised = recognisedUnder(form.family, detector);
  const before = fillForm(recognised);
  const changed = fieldsOf(before).filter((field) => form[field] !== before[field]);
  const size = readPair(form.size);
  const scale = readNumber(form.scale);
  const mean = readTriple(form.mean);
  const std = readTriple(form.std);
  const padValue = readNumber(form.padValue);
  const strides = form.strides.trim() === '' ? [] : numbersIn(form.strides, /,/);
  const anchors = readAnchors(form.anchors);
  const classNames = namesIn(form.classNames);
  const faults = {
    ...faultOf('size', size === null ? unreadable : sizeFault(size, strides ?? recognised.strides, recognised)),
    ...faultOf('scale', scale === null ? unreadable : scale === 0 ? zero : null),
    ...faultOf('mean', mean === null ? unreadable : null),
    ...faultOf('std', std === null ? unreadable : std.includes(0) ? zero : null),
    ...faultOf('padValue', padValue === null ? unreadable : padValue < 0 || padValue > 255 ? byte : null),
    ...faultOf('strides', strides === null || strides.some((stride) => !isCount(stride)) ? unreadable : null),
    ...faultOf('anchors', anchors === null ? unreadable : anchorFault(anchors, strides, recognised)),
    ...faultOf('classNames', namesFault(classNames, recognised)),
  };
  if (Object.keys(faults).length > 0) return { changed, faults };
  if (size === null || scale === null || mean === null || std === null) return { changed, faults };
  if (padValue === null || strides === null || anchors === null) return { changed, faults };

  const has = (field: FormField) => changed.includes(field);
  const [width, height] = size;
  const input = {
    ...(has('size') && { size: [height, width] satisfies [number, number] }),
    ...(has('channels') && { channels: form.channels }),
    ...(has('scale') && { scale }),
    ...(has('mean') && { mean }),
    ...(has('std') && { std }),
    ...(has('resize') && { resize: form.resize }),
    ...(has('padValue') && { padValue }),
  };
  const activation = {
    ...(has('box') && { box: form.box }),
    ...(has('objectness') && { objectness: form.objectness }),
    ...(has('classActivation') && { class: form.classActivation }),
  };
  const correction: SpecCorrection = {
    ...keptBeside(form, detector),
    ...(isFamilyChosen(form, detector) && { family: form.family }),
    ...(has('strides') && { strides }),
    ...(has('anchors') && anchors.length > 0 && { anchors }),
    ...(has('classNames') && { classNames }),
    ...(Object.keys(input).length > 0 && { input }),
    ...(Object.keys(activation).length > 0 && { activation }),
  };
  return { correction: mustBeWhole(detector) ? wholeOf(detector.spec, correction) : correction, changed, faults };
}

/** True where the file alone is no detector, and only the user's word makes it one. */
function mustBeWhole({ corrected, recognised }: DetectorReport): boolean {
  return corrected !== undefined && recognised === undefined;
}

function wholeOf(spec: DetectorSpec, correction: SpecCorrection): string {
  const input = { ...spec.input, ...correction.input };
  return JSON.stringify({
    ...spec,
    ...correction,
    input,
    activation: { ...spec.activation, ...correction.activation },
  });
}

const unreadable = { kind: 'unreadable' } as const;
const zero = { kind: 'zero' } as const;
const byte = { kind: 'byte' } as const;

function faultOf(field: FormField, fault: Fault | null): Partial<Record<FormField, Fault>> {
  return fault === null ? {} : { [field]: fault };
}

function fieldsOf(form: SpecForm): FormField[] {
  const isField = (key: string): key is FormField => key in form;
  // The family decides what the others are compared with.
  return Object.keys(form)
    .filter((key) => isField(key) && key !== 'family')
    .filter(isField);
}

function isFamilyChosen({ family }: SpecForm, { spec, corrected = [] }: DetectorReport): boolean {
  return family !== spec.family || corrected.includes('family');
}

/** Corrections that were made as JSON: parts that the form does not show. They belong to their family. */
function keptBeside({ family }: SpecForm, { spec, corrected = [] }: DetectorReport): SpecCorrection {
  if (family !== spec.family) return {};
  const has = (key: keyof DetectorSpec) => corrected.includes(key);
  return {
    ...(has('head') && { head: spec.head }),
    ...(has('outputs') && { outputs: spec.outputs.map((output) => ({ ...output })) }),
    ...(has('anchorsPerCell') && { anchorsPerCell: spec.anchorsPerCell }),
    ...(has('classes') && { classes: spec.classes }),
    ...(has('distanceBins') && { distanceBins: spec.distanceBins }),
    ...(has('cellCentre') && { cellCentre: spec.cellCentre }),
    ...(has('decodedInGraph') && { decodedInGraph: spec.decodedInGraph }),
    ...(has('nmsInGraph') && { nmsInGraph: spec.nmsInGraph }),
  };
}

function sizeFault(
  [width, height]: readonly [number, number],
  strides: readonly number[],
  { input }: DetectorSpec,
): Fault | null {
  if (!isCount(width) || !isCount(height)) return unreadable;
  const step = strides.length === 0 ? usualStride : Math.max(...strides);
  return input.dynamicSize && (width % step !== 0 || height % step !== 0) ? { kind: 'strides', step } : null;
}

/** Coarsest stride of nearly every model. */
const usualStride = 32;

function namesFault(names: readonly string[], { rows, outputs, classes }: DetectorSpec): Fault | null {
  // Where the outputs give the number of a class, the names say how many there are.
  const isOpen = rows?.columns.includes('class') === true || outputs.some(({ holds }) => holds === 'classes');
  if (names.length === 0) return unreadable;
  return isOpen || names.length === classes ? null : { kind: 'names', names: names.length, classes };
}

function anchorFault(
  anchors: readonly (readonly unknown[])[],
  strides: readonly number[] | null,
  { anchorsPerCell }: DetectorSpec,
): Fault | null {
  if (anchors.length === 0) return null;
  if (strides !== null && anchors.length !== strides.length) return { kind: 'levels', levels: strides.length };
  const isEven = anchors.every((level) => level.length === anchorsPerCell);
  return isEven ? null : { kind: 'anchors', perCell: anchorsPerCell };
}

const isCount = (value: number) => Number.isInteger(value) && value > 0;
