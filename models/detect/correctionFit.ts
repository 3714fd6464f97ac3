import type { GraphProto } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import type { DetectorSpec } from '../types.ts';
import type { TensorShapes } from './graphTail.ts';
import type { OutputValues } from './heads/head.ts';
import { heads } from './heads/registry.ts';
import { nearestSize } from './inputSize.ts';
import { withoutBatch } from './tensorValues.ts';

/** Outputs larger than this (elements) are not made up to try a specification on them. */
const mostElements = 64 * 2 ** 20;

/** The graph that a specification must fit. */
export interface SpecTarget {
  readonly graph: Pick<GraphProto, 'input' | 'output'>;
  /** Of its tensors, open dimensions left open. */
  readonly shapes: TensorShapes;
  /** The same at an input of the corrected size. */
  readonly sized: TensorShapes;
  /** [height, width] at which the file alone would run, where the corrected size is another. */
  readonly usualSize?: readonly [number, number] | undefined;
}

/**
 * Whether a corrected specification fits itself and the graph: tried on outputs of the shapes that the graph gives.
 * @throws StudioError `spec-invalid` with what does not fit
 */
export function refuseMisfit(spec: DetectorSpec, source: string, target: SpecTarget): void {
  const misfit = ownMisfit(spec) ?? inputMisfit(spec, target) ?? outputMisfit(spec, target);
  if (misfit === null) return;
  throw new StudioError('spec-invalid', `${source} does not fit the model: ${misfit}.`, {
    hint: 'Compare it with how the model is read now: the studio shows it in Models, "boxwright inspect MODEL --print-spec" prints it.',
  });
}

function ownMisfit({
  strides,
  anchors,
  anchorsPerCell,
  centreScale,
  classes,
  classNames,
  input,
}: DetectorSpec): string | null {
  if (classNames.length !== classes) return `it has ${classNames.length} class names for ${classes} classes`;
  if (anchors !== undefined && anchors.length !== strides.length) {
    return `it has anchors for ${anchors.length} levels, and ${strides.length} strides`;
  }
  if (anchors?.some((level) => level.length !== anchorsPerCell)) return `each level needs ${anchorsPerCell} anchors`;
  if (anchors?.flat(2).some((side) => side <= 0)) return 'an anchor has no size';
  if (centreScale !== undefined && centreScale.length !== strides.length) {
    return `it has scales of centres for ${centreScale.length} levels, and ${strides.length} strides`;
  }
  if (input.scale === 0) return 'the scale of the pixels (input.scale) is 0';
  return input.std.includes(0) ? 'a deviation (input.std) is 0' : null;
}

function inputMisfit(spec: DetectorSpec, { graph, shapes }: SpecTarget): string | null {
  const { name, type, layout, batch, size, extra = [] } = spec.input;
  const unknown = [name, ...extra.map((other) => other.name)].find((wanted) => !has(graph.input, wanted));
  if (unknown !== undefined) return `the model has no input "${unknown}"`;
  const declared = shapes.get(name);
  if (declared === undefined || declared.dims.length !== 4) return `its input "${name}" is not a picture`;
  const takes = declared.type === 'float' ? 'float32' : declared.type;
  if (takes !== type) return `its input "${name}" takes ${takes}, not ${type}`;
  const [places = null, first = null, second = null, third = null] = declared.dims;
  const [channels, height, width] = layout === 'NCHW' ? [first, second, third] : [third, first, second];
  if ((channels ?? 3) !== 3) return `its input "${name}" has ${channels} channels in the layout ${layout}`;
  if ((places ?? batch) !== batch) return `its input "${name}" takes ${places} pictures at once, not ${batch}`;
  const nearest = nearestSize(spec, [height, width]);
  if (nearest.size.every((side, axis) => side === size[axis])) return null;
  const open = height === null || width === null ? ` (whole strides of ${nearest.step})` : '';
  return `it cannot run at ${size[1]} x ${size[0]}; the nearest size is ${nearest.size[1]} x ${nearest.size[0]}${open}`;
}

function outputMisfit(spec: DetectorSpec, { graph, sized }: SpecTarget): string | null {
  const unknown = spec.outputs.find(({ name }) => !has(graph.output, name));
  if (unknown !== undefined) {
    return `the model has no output "${unknown.name}", but ${graph.output.map(({ name }) => `"${name}"`).join(', ')}`;
  }
  const values: OutputValues[] = [];
  for (const { name } of spec.outputs) {
    const shape = withoutBatch(sized.get(name)?.dims ?? [null], spec.input.batch);
    const sizes = shape.filter((dim) => dim !== null);
    const elements = sizes.reduce((product, dim) => product * dim, 1);
    // A shape that depends on the data is seen when the model runs.
    if (sizes.length !== shape.length || elements > mostElements) return null;
    values.push({ data: new Float32Array(elements), shape: sizes });
  }
  try {
    heads[spec.family].makeDecoder(spec).read(values);
    return null;
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    return `${error.message.charAt(0).toLowerCase()}${error.message.slice(1).replace(/\.$/, '')}`;
  }
}

function has(values: readonly { readonly name: string }[], name: string): boolean {
  return values.some((value) => value.name === name);
}
