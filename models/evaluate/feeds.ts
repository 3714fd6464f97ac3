import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { StudioError } from '../errors.ts';
import { numberToHalf } from '../graph/float16.ts';
import { seededRandom } from '../random.ts';

/** Fills with noise in [0, 1) after `convert`: the same on every run and machine. */
function fill<Target extends { [index: number]: Value; readonly length: number }, Value>(
  target: Target,
  convert: (value: number) => Value,
): Target {
  const random = seededRandom(1);
  for (let index = 0; index < target.length; index += 1) target[index] = convert(random());
  return target;
}

function makeTensor(type: Tensor.Type, dims: readonly number[]): Tensor | null {
  const count = dims.reduce((product, dimension) => product * dimension, 1);
  switch (type) {
    case 'float32':
      return new Tensor('float32', fill(new Float32Array(count), Number), dims);
    case 'float64':
      return new Tensor('float64', fill(new Float64Array(count), Number), dims);
    case 'float16':
      return new Tensor('float16', fill(new Uint16Array(count), numberToHalf), dims);
    case 'uint8':
      return new Tensor(
        'uint8',
        fill(new Uint8Array(count), (value) => Math.floor(value * 256)),
        dims,
      );
    case 'int8':
      return new Tensor(
        'int8',
        fill(new Int8Array(count), (value) => Math.floor(value * 256) - 128),
        dims,
      );
    // Whole numbers are most often sizes or indices, which 1 suits better than noise.
    case 'int32':
      return new Tensor('int32', new Int32Array(count).fill(1), dims);
    case 'int64':
      return new Tensor('int64', new BigInt64Array(count).fill(1n), dims);
    case 'bool':
      return new Tensor('bool', new Uint8Array(count).fill(1), dims);
    default:
      return null;
  }
}

/**
 * Inputs for timing a session: noise in [0, 1) for numbers that stand for pixels. A first dimension that the model leaves
 * open becomes `batch`; the last two of a picture become `size` ([height, width]).
 * @throws StudioError `model-not-runnable` when an open dimension or a type leaves no choice, `bad-input` when the model
 * fixes another batch
 */
export function makeFeeds(
  session: InferenceSession,
  path: string,
  options: {
    readonly batch: number;
    readonly size?: readonly [number, number];
    /** Inputs beside the picture whose values are known. */
    readonly extra?: Readonly<Record<string, Tensor>>;
  },
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const input of session.inputMetadata) {
    const known = options.extra?.[input.name];
    if (known !== undefined) {
      feeds[input.name] = known;
      continue;
    }
    if (!input.isTensor) {
      throw new StudioError(
        'model-not-runnable',
        `${path}: input "${input.name}" is not a tensor, so it cannot be timed.`,
      );
    }
    const dims = input.shape.map((dimension, index) => {
      if (typeof dimension === 'number' && dimension >= 0) return dimension;
      if (index === 0) return options.batch;
      const side = input.shape.length === 4 && index >= 2 ? options.size?.[index - 2] : undefined;
      if (side !== undefined) return side;
      throw new StudioError(
        'model-not-runnable',
        `${path}: input "${input.name}" leaves dimension "${dimension}" open, so it cannot be timed.`,
        { hint: 'Export the model with a fixed input size.' },
      );
    });
    if (options.batch !== 1 && dims[0] !== options.batch) {
      throw new StudioError(
        'bad-input',
        `${path} fixes the batch at ${dims[0]}, so it cannot run ${options.batch} at once.`,
      );
    }
    const tensor = makeTensor(input.type, dims);
    if (tensor === null) {
      throw new StudioError(
        'model-not-runnable',
        `${path}: input "${input.name}" is of type ${input.type}, which cannot be timed.`,
      );
    }
    feeds[input.name] = tensor;
  }
  return feeds;
}
