import type { ModelProto } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { inferShapes } from '../graph/shapes.ts';
import { encodeModel } from '../graph/write.ts';
import { seededRandom } from '../random.ts';

/** How far two models' outputs lie apart. */
export interface Parity {
  /** Largest absolute difference of any element of any output. */
  readonly absolute: number;
  /** Largest difference of an element divided by the largest magnitude in that output of the first model. */
  readonly relative: number;
}

/** Opens a model in the runtime on the CPU, one thread, warnings silenced. */
export async function openSession(
  proto: ModelProto,
  optimization: 'all' | 'disabled' = 'all',
): Promise<InferenceSession> {
  return InferenceSession.create(encodeModel(proto), {
    executionProviders: ['cpu'],
    graphOptimizationLevel: optimization,
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
}

/** Uniform random tensors in [0, 1) (whole numbers for integer types) for every real input; open dimensions become 1. */
export function randomFeeds(
  proto: ModelProto,
  seed: number,
  sizes: Readonly<Record<string, readonly number[]>> = {},
): Record<string, Tensor> {
  const random = seededRandom(seed);
  const shapes = inferShapes(proto, sizes);
  const constants = new Set(proto.graph?.initializer.map((tensor) => tensor.name));
  const feeds: Record<string, Tensor> = {};
  for (const input of proto.graph?.input ?? []) {
    const shape = shapes.get(input.name);
    if (constants.has(input.name) || shape === undefined) continue;
    const dims = shape.dims.map((dim) => dim ?? 1);
    feeds[input.name] = randomTensor(shape.type, dims, random);
  }
  return feeds;
}

function randomTensor(type: string, dims: readonly number[], random: () => number): Tensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  switch (type) {
    case 'float':
      return new Tensor('float32', Float32Array.from({ length: count }, random), dims);
    case 'float16':
      // 0x3800 is 0.5 as a half; the ten bits below it make values in [0.5, 1).
      return new Tensor(
        'float16',
        Uint16Array.from({ length: count }, () => 0x3800 + Math.floor(random() * 1024)),
        dims,
      );
    case 'uint8':
      return new Tensor(
        'uint8',
        Uint8Array.from({ length: count }, () => Math.floor(random() * 256)),
        dims,
      );
    case 'int64':
      return new Tensor(
        'int64',
        BigInt64Array.from({ length: count }, () => BigInt(Math.floor(random() * 10))),
        dims,
      );
    case 'bool':
      return new Tensor(
        'bool',
        Uint8Array.from({ length: count }, () => Math.round(random())),
        dims,
      );
    default:
      throw new Error(`No random values are made for inputs of type ${type}.`);
  }
}

/**
 * Runs two models through the runtime on the same seeded random inputs and measures how far apart their outputs lie.
 * Throws when they do not have the same outputs of the same shapes.
 */
export async function measureParity(
  first: ModelProto,
  second: ModelProto,
  { runs = 2, seed = 1 }: { readonly runs?: number; readonly seed?: number } = {},
): Promise<Parity> {
  const firstSession = await openSession(first);
  const secondSession = await openSession(second);
  let absolute = 0;
  let relative = 0;
  for (let run = 0; run < runs; run += 1) {
    const feeds = randomFeeds(first, seed + run);
    const expected = await firstSession.run(feeds);
    const actual = await secondSession.run(feeds);
    for (const [name, tensor] of Object.entries(expected)) {
      const difference = largestDifference(name, tensor, actual[name]);
      absolute = Math.max(absolute, difference.absolute);
      relative = Math.max(relative, difference.relative);
    }
  }
  await firstSession.release();
  await secondSession.release();
  return { absolute, relative };
}

function numbersOf(tensor: Tensor): number[] {
  const { data } = tensor;
  return Array.from(data, Number);
}

function largestDifference(name: string, expected: Tensor, actual: Tensor | undefined): Parity {
  if (actual === undefined) throw new Error(`The second model has no output "${name}".`);
  if (actual.dims.join() !== expected.dims.join()) {
    throw new Error(`Output "${name}" is [${expected.dims}] in the first model and [${actual.dims}] in the second.`);
  }
  const values = numbersOf(actual);
  let absolute = 0;
  let magnitude = 0;
  for (const [index, value] of numbersOf(expected).entries()) {
    const difference = Math.abs(value - (values[index] ?? Number.NaN));
    // A NaN in either model is as far apart as can be.
    absolute = Math.max(absolute, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  return { absolute, relative: magnitude === 0 ? absolute : absolute / magnitude };
}
