import { Tensor } from 'onnxruntime-node';
import { StudioError } from '../errors.ts';
import { halvesToFloats, numberToHalf } from '../graph/float16.ts';
import type { DetectorSpec, ExtraInput } from '../types.ts';
import type { OutputValues } from './heads/head.ts';

/**
 * The input tensor of one picture in the type the model takes; `data` as from `prepareInput`. Where the graph takes several
 * pictures at once, every place gets this one, so that nothing that is measured in the graph sees anything else.
 */
export function makeInputTensor(picture: Float32Array, { input }: DetectorSpec): Tensor {
  const [height, width] = input.size;
  const dims = input.layout === 'NCHW' ? [input.batch, 3, height, width] : [input.batch, height, width, 3];
  const data = input.batch === 1 ? picture : new Float32Array(input.batch * picture.length);
  if (data !== picture) for (let place = 0; place < input.batch; place += 1) data.set(picture, place * picture.length);
  switch (input.type) {
    case 'float32':
      return new Tensor('float32', data, dims);
    case 'float16':
      return new Tensor('float16', Uint16Array.from(data, numberToHalf), dims);
    case 'uint8':
      return new Tensor('uint8', Uint8Array.from(data, Math.round), dims);
  }
}

/** What is fed beside the picture, by name; the same on every run. */
export function makeExtraInputs({ input }: DetectorSpec): Record<string, Tensor> {
  return Object.fromEntries((input.extra ?? []).map((extra) => [extra.name, makeExtraTensor(extra, input.size)]));
}

function makeExtraTensor({ type, dims, holds }: ExtraInput, [height, width]: readonly [number, number]): Tensor {
  const pair = holds === 'height-width' ? [height, width] : [width, height];
  const count = dims.reduce((product, dim) => product * dim, 1);
  const values = Array.from({ length: count }, (_, index) =>
    typeof holds === 'number' ? holds : (pair[index % 2] ?? 0),
  );
  switch (type) {
    case 'float32':
      return new Tensor('float32', Float32Array.from(values), dims);
    case 'float16':
      return new Tensor('float16', Uint16Array.from(values, numberToHalf), dims);
    case 'int32':
      return new Tensor('int32', Int32Array.from(values), dims);
    case 'int64':
      return new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    case 'bool':
      return new Tensor('bool', Uint8Array.from(values), dims);
  }
}

/**
 * The dimensions of an output for one picture. An output of more than two dimensions has the batch first, which may be open;
 * some exports leave that of one picture out.
 */
export function withoutBatch<Dim extends number | null>(dims: readonly Dim[], batch: number): readonly Dim[] {
  const [first] = dims;
  return dims.length > 2 && (first === batch || first === 1 || first === null) ? dims.slice(1) : dims;
}

/**
 * What a head reads from an output of one run: the values of the first picture.
 * @throws StudioError `bad-output` as `readOutput` does
 */
export function readOutputValues(model: string, name: string, tensor: Tensor | undefined, batch: number): OutputValues {
  const data = readOutput(model, name, tensor);
  const dims = tensor?.dims ?? [];
  const shape = withoutBatch(dims, batch);
  const isBatched = shape !== dims && dims[0] === batch;
  return { data: isBatched ? data.subarray(0, data.length / batch) : data, shape };
}

/**
 * The values of an output as float32: floats of any precision (halves come as bit patterns or, where the JavaScript engine has
 * them, as a Float16Array) and the whole numbers that count, index and name classes.
 * @throws StudioError `bad-output` for other types, NaN and infinity, naming the output
 */
function readOutput(model: string, name: string, tensor: Tensor | undefined): Float32Array {
  const values = floatsIn(tensor);
  if (values === null) {
    throw new StudioError(
      'bad-output',
      `Output "${name}" of ${model} holds ${tensor?.type ?? 'no'} values, which no detection head gives.`,
    );
  }
  const fault = findNotFinite(values);
  if (fault !== -1) {
    throw new StudioError(
      'bad-output',
      `Output "${name}" of ${model} holds ${values[fault]} (first at element ${fault} of ${values.length}).`,
      { hint: 'The model is damaged, or its precision is too low for its values.' },
    );
  }
  return values;
}

/** A tensor's numbers as float32, copied where they have another type; null where it holds none. */
export function floatsIn(tensor: Tensor | undefined): Float32Array | null {
  const data = tensor?.data;
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array || data instanceof Int32Array) return Float32Array.from(data);
  if (data instanceof BigInt64Array) return Float32Array.from(data, Number);
  if (tensor?.type !== 'float16' || !ArrayBuffer.isView(data)) return null;
  return halvesToFloats(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2));
}

/** The index of the first NaN or infinity, or -1. A sum shows quickly that there is none: they never leave it. */
function findNotFinite(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let index = 0; index < whole; index += 4) {
    a += values[index] ?? 0;
    b += values[index + 1] ?? 0;
    c += values[index + 2] ?? 0;
    d += values[index + 3] ?? 0;
  }
  for (let index = whole; index < values.length; index += 1) a += values[index] ?? 0;
  return Number.isFinite(a + b + c + d) ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
