import type { ModelProto } from 'onnx-buf';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OperationContext } from '../api.ts';
import { StudioError } from '../errors.ts';
import type { CalibrationRequest } from './calibrate.ts';
import { loadInTurn } from './calibrateInputs.ts';
import type { Range } from './grid.ts';
import { makeRangeProbe, type RangeProbe, scalarOf, withSession } from './observe.ts';
import { deriveRange } from './observeDerived.ts';

/** What one picture shows of a tensor. */
interface Glimpse extends Range {
  /** The least magnitude; NaN where it was not asked for. */
  readonly least: number;
  /** Sum of the squared values, and their number; 0 where the range follows from that of other tensors. */
  readonly squares: number;
  readonly size: number;
}

/** What all pictures have shown of a tensor so far. */
export interface Tally {
  min: number;
  max: number;
  least: number;
  /** Sums over the pictures of the smallest and of the largest value. */
  minSum: number;
  maxSum: number;
  squares: number;
  values: number;
  /** Most values in one picture. */
  size: number;
  pictures: number;
  /** Sums over the pictures of the mean of each channel, where it was asked for. */
  channels?: Float64Array;
}

type Results = Readonly<Record<string, Tensor>>;

/**
 * Finds what each tensor's values lie within over all pictures.
 * @param forHistograms in the very arithmetic that the histograms are filled with, operator by operator
 * @throws StudioError `bad-output` when a value is not finite
 */
export async function findRanges(
  proto: ModelProto,
  { inputs, inputName, tensors, pictures }: CalibrationRequest,
  forHistograms: boolean,
  context: OperationContext,
): Promise<Map<string, Tally>> {
  const probe = makeRangeProbe(proto, tensors, { pictures, forHistograms });
  const tallies = new Map<string, Tally>();
  const watchAll = async (session: InferenceSession) => {
    for await (const { path, feeds } of loadInTurn(inputs, inputName, 'Calibrating: value ranges', context)) {
      const results: Results = await session.run(feeds);
      for (const [tensor, glimpse] of look(probe, results, path)) {
        const tally = tallies.get(tensor) ?? emptyTally();
        tallies.set(tensor, tally);
        addGlimpse(tally, glimpse);
        const means = results[probe.channelMeans.get(tensor) ?? ''];
        if (means !== undefined) addChannels(tally, means);
      }
    }
  };
  await withSession(probe.proto, watchAll, forHistograms ? 'disabled' : 'all');
  const wanted = new Set(tensors);
  return new Map([...tallies].filter(([tensor]) => wanted.has(tensor)));
}

/** What a picture shows of every tensor. */
function look({ outputs, derived }: RangeProbe, results: Results, path: string): Map<string, Glimpse> {
  const glimpses = new Map<string, Glimpse>();
  for (const { tensor, min, max, squares, size, least } of outputs) {
    const glimpse = {
      min: scalarOf(results[min]),
      max: scalarOf(results[max]),
      least: least === undefined ? Number.NaN : scalarOf(results[least]),
      squares: scalarOf(results[squares]),
      size: scalarOf(results[size]),
    };
    // The smallest and the largest of some values need not tell that one of them is not a number; their sum does.
    if (!Number.isFinite(glimpse.min) || !Number.isFinite(glimpse.max) || Number.isNaN(glimpse.squares)) {
      throw notFinite(tensor, path);
    }
    glimpses.set(tensor, glimpse);
  }
  for (const derivation of derived) {
    const range = deriveRange(derivation, glimpses);
    if (range !== undefined) glimpses.set(derivation.tensor, { ...range, least: Number.NaN, squares: 0, size: 0 });
  }
  return glimpses;
}

function emptyTally(): Tally {
  const [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return { min, max, least: min, minSum: 0, maxSum: 0, squares: 0, values: 0, size: 0, pictures: 0 };
}

function addGlimpse(tally: Tally, { min, max, least, squares, size }: Glimpse): void {
  tally.min = Math.min(tally.min, min);
  tally.max = Math.max(tally.max, max);
  tally.least = Math.min(tally.least, least);
  tally.minSum += min;
  tally.maxSum += max;
  tally.squares += squares;
  tally.values += size;
  tally.size = Math.max(tally.size, size);
  tally.pictures += 1;
}

/** Adds the mean of each channel over the pictures of a batch, [N, C, 1 ...]. */
function addChannels(tally: Tally, { dims, data }: Tensor): void {
  const [batch = 0, channels = 0] = dims;
  if (!(data instanceof Float32Array)) return;
  tally.channels ??= new Float64Array(channels);
  for (let at = 0; at < batch * channels; at += 1) {
    const channel = at % channels;
    tally.channels[channel] = (tally.channels[channel] ?? 0) + (data[at] ?? 0) / batch;
  }
}

function notFinite(tensor: string, path: string): StudioError {
  return new StudioError('bad-output', `Tensor "${tensor}" holds a value that is not finite for ${path}.`, {
    hint: 'The float model itself overflows; check it with "boxwright detect" before quantizing it.',
  });
}
