import type { ModelProto } from 'onnx-buf';
import type { Tensor } from 'onnxruntime-node';
import type { OperationContext } from '../api.ts';
import { partOf } from '../progress.ts';
import type { QuantizeOptions } from '../recipeSchema.ts';
import { fillHistograms } from './calibrateHistograms.ts';
import { findRanges, type Tally } from './calibrateRanges.ts';
import { entropyRange, percentileRange, squaredErrorRange } from './calibrators.ts';
import type { Range } from './grid.ts';
import { type Histogram, histogramOfMagnitudes, histogramOfValues, type Spread } from './histogram.ts';

/** Bins of a calibration histogram. */
const bins = 2048;

/** What calibration finds out about a tensor. */
export interface Measured extends Range {
  /** Mean of the squared values; not known of tensors whose range follows from that of others. */
  readonly meanSquare?: number;
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
 * pictures: smallest and largest values are found inside the graph. The calibrators that look at the distribution run the
 * pictures twice: once for what the values lie within, once to count them in one histogram a tensor.
 * @throws StudioError `bad-output` when a tensor takes a value that is not finite
 */
export async function calibrate(
  proto: ModelProto,
  request: CalibrationRequest,
  context: OperationContext,
): Promise<Map<string, Measured>> {
  const { calibrator, percentile, steps } = request;
  switch (calibrator) {
    case 'minmax':
      return measure(await findRanges(proto, request, false, context), ({ min, max }) => ({ min, max }));
    case 'average':
      return measure(await findRanges(proto, request, false, context), ({ minSum, maxSum, pictures }) => ({
        min: minSum / pictures,
        max: maxSum / pictures,
      }));
    case 'percentile':
      return byHistogram(
        proto,
        request,
        histogramOfMagnitudes,
        (counted) => percentileRange(counted, percentile),
        context,
      );
    case 'entropy':
      return byHistogram(proto, request, histogramOfValues, entropyRange, context);
    case 'mse':
      return byHistogram(proto, request, histogramOfValues, (counted) => squaredErrorRange(counted, steps), context);
  }
}

async function byHistogram(
  proto: ModelProto,
  request: CalibrationRequest,
  makeHistogram: (spread: Spread, bins: number) => Histogram,
  rangeOf: (histogram: Histogram) => Range,
  context: OperationContext,
): Promise<Map<string, Measured>> {
  const tallies = await findRanges(proto, request, true, partOf(context, 0, 0.5));
  const histograms = new Map([...tallies].map(([tensor, tally]) => [tensor, makeHistogram(tally, bins)]));
  const sizes = new Map([...tallies].map(([tensor, { size }]) => [tensor, size]));
  await fillHistograms(proto, request, histograms, sizes, partOf(context, 0.5, 1));
  return measure(tallies, (tally, tensor) => {
    const histogram = histograms.get(tensor);
    return histogram === undefined ? tally : rangeOf(histogram);
  });
}

function measure(
  tallies: ReadonlyMap<string, Tally>,
  rangeOf: (tally: Tally, tensor: string) => Range,
): Map<string, Measured> {
  const measured = new Map<string, Measured>();
  for (const [tensor, tally] of tallies) {
    const { min, max } = rangeOf(tally, tensor);
    const { squares, values, channels, pictures } = tally;
    measured.set(tensor, {
      min,
      max,
      ...(values === 0 ? {} : { meanSquare: squares / values }),
      ...(channels === undefined ? {} : { channelMeans: Array.from(channels, (sum) => sum / pictures) }),
    });
  }
  return measured;
}
