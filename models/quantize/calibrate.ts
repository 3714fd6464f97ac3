import type { ModelProto } from 'onnx-buf';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OperationContext, QuantizeOptions } from '../api.ts';
import { createSession } from '../detect/providers.ts';
import { StudioError } from '../errors.ts';
import { encodeModel } from '../graph/write.ts';
import { entropyRange, percentileRange, squaredErrorRange } from './calibrators.ts';
import { joinRanges, type Range } from './grid.ts';
import { addToHistogram, type Histogram, makeHistogram } from './histogram.ts';
import { makeRangeProbe, makeTensorProbe } from './observe.ts';

/** Bins that a calibration histogram begins with. */
const bins = 2048;
/** Tensors are fetched in groups of at most this many values (256 MB) at a time. */
const valuesPerGroup = 64 * 2 ** 20;

/** What calibration finds out about a tensor. */
export interface Measured extends Range {
  /** Mean of the squared values. */
  readonly meanSquare: number;
  /** Mean of each channel, for the tensors that it was asked for. */
  readonly channelMeans?: readonly number[];
}

/** One calibration picture as the network's input tensor, made anew each time so that none is kept. */
export interface CalibrationInput {
  readonly path: string;
  readonly load: () => Promise<Tensor>;
  /** What is fed beside the picture, by name. */
  readonly extra?: Readonly<Record<string, Tensor>>;
}

export interface CalibrationRequest {
  readonly inputName: string;
  readonly inputs: readonly CalibrationInput[];
  readonly tensors: readonly string[];
  /** Those of them, [N, C, H, W], of which the mean of each channel is wanted as well. */
  readonly pictures?: ReadonlySet<string>;
  readonly calibrator: QuantizeOptions['calibrator'];
  /** Per cent of values that lie inside the range; for the percentile calibrator. */
  readonly percentile: number;
  /** Steps of the grid that the range is for, e.g. 255; for the `mse` calibrator. */
  readonly steps: number;
}

/**
 * Runs the model over the calibration pictures and gives the range of each tensor. Memory does not grow with the number of
 * pictures: smallest and largest values are found inside the graph; the calibrators that look at the distribution keep one
 * histogram a tensor.
 * @throws StudioError `bad-output` when a tensor takes a value that is not finite
 */
export async function calibrate(
  proto: ModelProto,
  request: CalibrationRequest,
  context: OperationContext,
): Promise<Map<string, Measured>> {
  const { calibrator } = request;
  switch (calibrator) {
    case 'minmax':
    case 'average': {
      const found = await findRanges(proto, request, context);
      return new Map([...found].map(([tensor, seen]) => [tensor, summarize(seen, calibrator === 'average')]));
    }
    case 'percentile':
    case 'entropy':
    case 'mse': {
      // One picture shows how much each tensor takes, and so what fits into memory together.
      const first = { ...request, inputs: request.inputs.slice(0, 1) };
      const sizes = await findRanges(proto, first, { ...context, report: () => {} });
      const histograms = await fillHistograms(proto, request, groupBySize(sizes), context);
      return new Map(
        [...histograms].map(([tensor, { histogram, channels }]) => [
          tensor,
          { ...measureHistogram(histogram, request), ...meansOf(channels) },
        ]),
      );
    }
  }
}

/** Sums of the means of each channel over pictures. */
interface ChannelSums {
  readonly sums: Float64Array;
  readonly count: number;
}

function meansOf(channels: ChannelSums | undefined): Pick<Measured, 'channelMeans'> {
  return channels === undefined ? {} : { channelMeans: Array.from(channels.sums, (sum) => sum / channels.count) };
}

/** Adds the means of the channels of values [N, C, ...], which may be means themselves. */
function addChannels(before: ChannelSums | undefined, tensor: Tensor | undefined): ChannelSums | undefined {
  const [pictures = 0, channels = 0] = tensor?.dims ?? [];
  if (!(tensor?.data instanceof Float32Array) || pictures * channels === 0) return before;
  const sums = before?.sums ?? new Float64Array(channels);
  const area = tensor.data.length / (pictures * channels);
  for (let plane = 0; plane < pictures * channels; plane += 1) {
    let sum = 0;
    for (let at = plane * area; at < (plane + 1) * area; at += 1) sum += tensor.data[at] ?? 0;
    sums[plane % channels] = (sums[plane % channels] ?? 0) + sum / area;
  }
  return { sums, count: (before?.count ?? 0) + pictures };
}

function summarize({ range, means, pictures, squares, values, channels }: Observed, averaged: boolean): Measured {
  const { min, max } = averaged ? { min: means.min / pictures, max: means.max / pictures } : range;
  return { min, max, meanSquare: values === 0 ? 0 : squares / values, ...meansOf(channels) };
}

function measureHistogram(histogram: Histogram, { calibrator, percentile, steps }: CalibrationRequest): Measured {
  const { min, max, squares, values } = histogram;
  const meanSquare = values === 0 ? 0 : squares / values;
  switch (calibrator) {
    case 'percentile':
      return { ...percentileRange(histogram, percentile), meanSquare };
    case 'entropy':
      return { ...entropyRange(histogram), meanSquare };
    case 'mse':
      return { ...squaredErrorRange(histogram, steps), meanSquare };
    case 'minmax':
    case 'average':
      return { min, max, meanSquare };
  }
}

interface Observed {
  readonly range: Range;
  /** Sums of the smallest and of the largest values of the pictures. */
  readonly means: Range;
  readonly pictures: number;
  /** Sum of the squared values over all pictures, and their number. */
  readonly squares: number;
  readonly values: number;
  /** Most values in one picture. */
  readonly size: number;
  readonly channels?: ChannelSums | undefined;
}

const nothingSeen: Observed = {
  range: { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
  means: { min: 0, max: 0 },
  pictures: 0,
  squares: 0,
  values: 0,
  size: 0,
};

async function findRanges(
  proto: ModelProto,
  request: CalibrationRequest,
  context: OperationContext,
): Promise<Map<string, Observed>> {
  const probe = makeRangeProbe(proto, request.tensors, request.pictures);
  const found = new Map<string, Observed>();
  await withSession(probe.proto, async (session) => {
    for (const [index, input] of request.inputs.entries()) {
      context.signal.throwIfAborted();
      context.report({ step: 'Calibrating: value ranges', fraction: index / request.inputs.length });
      const results = await session.run({ ...input.extra, [request.inputName]: await input.load() });
      for (const { tensor, min, max, squares, size, channelMeans } of probe.outputs) {
        const range = { min: scalarOf(results[min]), max: scalarOf(results[max]) };
        if (!Number.isFinite(range.min) || !Number.isFinite(range.max)) throw notFinite(tensor, input.path);
        const before = found.get(tensor) ?? nothingSeen;
        found.set(tensor, {
          range: joinRanges(before.range, range),
          means: { min: before.means.min + range.min, max: before.means.max + range.max },
          pictures: before.pictures + 1,
          squares: before.squares + scalarOf(results[squares]),
          values: before.values + scalarOf(results[size]),
          size: Math.max(before.size, scalarOf(results[size])),
          channels: channelMeans === undefined ? undefined : addChannels(before.channels, results[channelMeans]),
        });
      }
    }
  });
  return found;
}

async function fillHistograms(
  proto: ModelProto,
  request: CalibrationRequest,
  groups: readonly (readonly string[])[],
  context: OperationContext,
): Promise<Map<string, { histogram: Histogram; channels: ChannelSums | undefined }>> {
  const histograms = new Map<string, { histogram: Histogram; channels: ChannelSums | undefined }>();
  const steps = groups.length * request.inputs.length;
  for (const [groupIndex, group] of groups.entries()) {
    const fetched = group.filter((tensor) => tensor !== request.inputName);
    await withSession(makeTensorProbe(proto, fetched), async (session) => {
      for (const [index, input] of request.inputs.entries()) {
        context.signal.throwIfAborted();
        const done = groupIndex * request.inputs.length + index;
        context.report({ step: 'Calibrating: histograms', fraction: done / steps });
        const data = await input.load();
        const results: Record<string, Tensor> = await session.run({ ...input.extra, [request.inputName]: data });
        for (const tensor of group) {
          const fetched = tensor === request.inputName ? data : results[tensor];
          const values = fetched?.data;
          if (!(values instanceof Float32Array)) continue;
          const before = histograms.get(tensor);
          const histogram = addToHistogram(before?.histogram ?? makeHistogram(bins), values);
          if (!Number.isFinite(histogram.squares)) throw notFinite(tensor, input.path);
          const wanted = request.pictures?.has(tensor) === true;
          histograms.set(tensor, { histogram, channels: wanted ? addChannels(before?.channels, fetched) : undefined });
        }
      }
    });
  }
  return histograms;
}

/** Splits the tensors, in their order, into groups that fit into memory together. */
function groupBySize(found: Map<string, Observed>): string[][] {
  const groups: string[][] = [];
  let room = 0;
  for (const [tensor, { size }] of found) {
    const group = groups.at(-1);
    if (group === undefined || size > room) {
      groups.push([tensor]);
      room = valuesPerGroup - size;
    } else {
      group.push(tensor);
      room -= size;
    }
  }
  return groups;
}

/** Opens a probe for as long as it is used. */
export async function withSession(proto: ModelProto, use: (session: InferenceSession) => Promise<void>): Promise<void> {
  const { session } = await createSession(encodeModel(proto), { provider: 'cpu', name: 'The calibration model' });
  try {
    await use(session);
  } finally {
    await session.release();
  }
}

/** The number in a tensor of one element; NaN where there is none. */
export function scalarOf(tensor: Tensor | undefined): number {
  return Number(tensor?.data[0] ?? Number.NaN);
}

function notFinite(tensor: string, path: string): StudioError {
  return new StudioError('bad-output', `Tensor "${tensor}" holds a value that is not finite for ${path}.`, {
    hint: 'The float model itself overflows; check it with "boxwright detect" before quantizing it.',
  });
}
