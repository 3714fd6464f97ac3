import type { SpecCorrection } from '../../../models/specSchema.ts';
import type { DetectorReport, DetectorSpec } from '../../../models/types.ts';

/** The specification as a form holds it: texts that may not be right yet. */
export interface SpecForm {
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
  readonly objectness: DetectorSpec['activation']['objectness'];
  readonly classActivation: DetectorSpec['activation']['class'];
  /** One name a line. */
  readonly classNames: string;
}

/** A form filled with how a model is read now. */
export function fillForm({ input, strides, anchors, activation, classNames }: DetectorSpec): SpecForm {
  const [height, width] = input.size;
  return {
    size: `${width} x ${height}`,
    channels: input.channels,
    scale: writeScale(input.scale),
    mean: input.mean.join(', '),
    std: input.std.join(', '),
    resize: input.resize,
    padValue: String(input.padValue),
    strides: strides.join(', '),
    anchors: (anchors ?? []).map((level) => level.map(([w, h]) => `${w} x ${h}`).join(', ')).join('\n'),
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

/** What a text of the form means, or null where it means nothing. */
function numbersIn(text: string, separator: RegExp): number[] | null {
  const parts = text.split(separator).map((part) => part.trim());
  const numbers = parts.map((part) => readNumber(part));
  return numbers.some((value) => value === null) ? null : numbers.map((value) => value ?? 0);
}

/** A number, or a fraction such as 1/255. */
function readNumber(text: string): number | null {
  const [numerator = '', denominator, ...rest] = text.split('/');
  if (rest.length > 0 || numerator.trim() === '' || denominator?.trim() === '') return null;
  const value = denominator === undefined ? Number(numerator) : Number(numerator) / Number(denominator);
  return Number.isFinite(value) ? value : null;
}

function readTriple(text: string): [number, number, number] | null {
  const [a, b, c, ...more] = numbersIn(text, /,/) ?? [];
  return a === undefined || b === undefined || c === undefined || more.length > 0 ? null : [a, b, c];
}

function readPair(text: string): [number, number] | null {
  const [a, b, ...more] = numbersIn(text, /[x×]/i) ?? [];
  return a === undefined || b === undefined || more.length > 0 ? null : [a, b];
}

function readAnchors(text: string): [number, number][][] | null {
  const levels = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map(readPair));
  return levels.some((level) => level.includes(null))
    ? null
    : levels.map((level) => level.filter((pair) => pair !== null));
}

type FormField = keyof SpecForm;

/** What the user changed, as a correction, or the fields that can't be read. */
export type FormReading =
  | { readonly correction: SpecCorrection; readonly changed: readonly FormField[] }
  | { readonly wrong: readonly FormField[] };

/** Reads a form: what differs from how the model is read now, laid over what had been corrected before. */
export function readForm(form: SpecForm, { spec, corrected = [] }: DetectorReport): FormReading {
  const before = fillForm(spec);
  const size = readPair(form.size);
  const scale = readNumber(form.scale);
  const mean = readTriple(form.mean);
  const std = readTriple(form.std);
  const padValue = readNumber(form.padValue);
  const strides = form.strides.trim() === '' ? [] : numbersIn(form.strides, /,/);
  const anchors = readAnchors(form.anchors);
  const wrong = Object.entries({ size, scale, mean, std, padValue, strides, anchors })
    .filter(([, value]) => value === null)
    .map(([field]) => field);
  if (size === null || scale === null || mean === null || std === null) return { wrong: fieldsAmong(wrong, before) };
  if (padValue === null || strides === null || anchors === null) return { wrong: fieldsAmong(wrong, before) };

  const changed = fieldsAmong(Object.keys(before), before).filter((field) => form[field] !== before[field]);
  const has = (field: FormField, key: string) => changed.includes(field) || corrected.includes(key);
  const [width, height] = size;
  const input: NonNullable<SpecCorrection['input']> = {
    ...(has('size', 'input.size') ? { size: [height, width] as [number, number] } : {}),
    ...(has('channels', 'input.channels') ? { channels: form.channels } : {}),
    ...(has('scale', 'input.scale') ? { scale } : {}),
    ...(has('mean', 'input.mean') ? { mean } : {}),
    ...(has('std', 'input.std') ? { std } : {}),
    ...(has('resize', 'input.resize') ? { resize: form.resize } : {}),
    ...(has('padValue', 'input.padValue') ? { padValue } : {}),
  };
  const activation: NonNullable<SpecCorrection['activation']> = {
    ...(has('objectness', 'activation.objectness') ? { objectness: form.objectness } : {}),
    ...(has('classActivation', 'activation.class') ? { class: form.classActivation } : {}),
  };
  const classNames = form.classNames.split('\n').map((name) => name.trim());
  const correction: SpecCorrection = {
    ...(corrected.includes('family') ? { family: spec.family } : {}),
    ...(has('strides', 'strides') ? { strides } : {}),
    ...(has('anchors', 'anchors') && anchors.length > 0 ? { anchors } : {}),
    ...(has('classNames', 'classNames') ? { classNames } : {}),
    ...(Object.keys(input).length === 0 ? {} : { input }),
    ...(Object.keys(activation).length === 0 ? {} : { activation }),
  };
  return { correction, changed };
}

function fieldsAmong(keys: readonly string[], form: SpecForm): FormField[] {
  const isField = (key: string): key is FormField => key in form;
  return keys.filter(isField);
}
