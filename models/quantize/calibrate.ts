import type { ModelProto } from 'onnx-buf';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OperationContext } from '../api.ts';
import { createSession } from '../detect/providers.ts';
import { StudioError } from '../errors.ts';
import { encodeModel } from '../graph/write.ts';
import { joinRanges, type Range } from './grid.ts';
import { addToHistogram, type Histogram, makeHistogram, percentileRange } from './histogram.ts';
import { makeRangeProbe, makeTensorProbe } from './observe.ts';

/** Bins of a calibration histogram. */
const bins = 2048;
/** Tensors are fetched in groups of at most this many values (256 MB) at a time. */
const valuesPerGroup = 64 * 2 ** 20;

/** What calibration finds out about a tensor. */
export interface Measured extends Range {
  /** Mean of the squared values. */
  readonly meanSquare: number;
}

/** One calibration picture as the network's input tensor, made anew each time so that none is kept. */
export interface CalibrationInput {
  readonly path: string;
  readonly load: () => Promise<Tensor>;
}

export interface CalibrationRequest {
  readonly inputName: string;
  readonly inputs: readonly CalibrationInput[];
  readonly tensors: readonly string[];
  readonly calibrator: 'minmax' | 'percentile';
  /** Per cent of values that lie inside the range; for the percentile calibrator. */
  readonly percentile: number;
}

/**
 * Runs the model over the calibration pictures and gives the range of each tensor. Memory does not grow with the number of
 * pictures: ranges are found inside the graph, and the percentile calibrator keeps one histogram of 2048 bins a tensor, filled in
 * a second pass once the ranges are known.
 * @throws StudioError `bad-output` when a tensor takes a value that is not finite
 */
export async function calibrate(
  proto: ModelProto,
  request: CalibrationRequest,
  context: OperationContext,
): Promise<Map<string, Measured>> {
  const passes = request.calibrator === 'percentile' ? 2 : 1;
  const found = await findRanges(proto, request, context, 1 / passes);
  if (request.calibrator === 'minmax') return new Map([...found].map(([tensor, seen]) => [tensor, summarize(seen)]));
  const histograms = new Map([...found].map(([tensor, { range }]) => [tensor, makeHistogram(range, bins)]));
  await fillHistograms(proto, request, histograms, groupBySize(found), context);
  return new Map(
    [...found].map(([tensor, seen]) => {
      const histogram = histograms.get(tensor);
      const range = histogram === undefined ? seen.range : percentileRange(histogram, request.percentile);
      return [tensor, summarize({ ...seen, range })];
    }),
  );
}

function summarize({ range, squares, values }: Observed): Measured {
  return { ...range, meanSquare: values === 0 ? 0 : squares / values };
}

interface Observed {
  readonly range: Range;
  /** Sum of the squared values over all pictures, and their number. */
  readonly squares: number;
  readonly values: number;
  /** Most values in one picture. */
  readonly size: number;
}

async function findRanges(
  proto: ModelProto,
  request: CalibrationRequest,
  context: OperationContext,
  share: number,
): Promise<Map<string, Observed>> {
  const probe = makeRangeProbe(proto, request.tensors);
  const found = new Map<string, Observed>();
  await withSession(probe.proto, async (session) => {
    for (const [index, input] of request.inputs.entries()) {
      context.signal.throwIfAborted();
      context.report({ step: 'Calibrating: value ranges', fraction: (index / request.inputs.length) * share });
      const results = await session.run({ [request.inputName]: await input.load() });
      for (const { tensor, min, max, squares, size } of probe.outputs) {
        const range = { min: scalarOf(results[min]), max: scalarOf(results[max]) };
        if (!Number.isFinite(range.min) || !Number.isFinite(range.max)) throw notFinite(tensor, input.path);
        const before = found.get(tensor);
        found.set(tensor, {
          range: before === undefined ? range : joinRanges(before.range, range),
          squares: (before?.squares ?? 0) + scalarOf(results[squares]),
          values: (before?.values ?? 0) + scalarOf(results[size]),
          size: Math.max(before?.size ?? 0, scalarOf(results[size])),
        });
      }
    }
  });
  return found;
}

async function fillHistograms(
  proto: ModelProto,
  request: CalibrationRequest,
  histograms: Map<string, Histogram>,
  groups: readonly (readonly string[])[],
  context: OperationContext,
): Promise<void> {
  const steps = groups.length * request.inputs.length;
  for (const [groupIndex, group] of groups.entries()) {
    const fetched = group.filter((tensor) => tensor !== request.inputName);
    await withSession(makeTensorProbe(proto, fetched), async (session) => {
      for (const [index, input] of request.inputs.entries()) {
        context.signal.throwIfAborted();
        const done = groupIndex * request.inputs.length + index;
        context.report({ step: 'Calibrating: histograms', fraction: 0.5 + (0.5 * done) / steps });
        const data = await input.load();
        const results: Record<string, Tensor> = await session.run({ [request.inputName]: data });
        for (const tensor of group) {
          const histogram = histograms.get(tensor);
          const values = (tensor === request.inputName ? data : results[tensor])?.data;
          if (histogram !== undefined && values instanceof Float32Array) addToHistogram(histogram, values);
        }
      }
    });
  }
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

async function withSession(proto: ModelProto, use: (session: InferenceSession) => Promise<void>): Promise<void> {
  const { session } = await createSession(encodeModel(proto), { provider: 'cpu', name: 'The calibration model' });
  try {
    await use(session);
  } finally {
    await session.release();
  }
}

function scalarOf(tensor: Tensor | undefined): number {
  return Number(tensor?.data[0] ?? Number.NaN);
}

function notFinite(tensor: string, path: string): StudioError {
  return new StudioError('bad-output', `Tensor "${tensor}" holds a value that is not finite for ${path}.`, {
    hint: 'The float model itself overflows; check it with "boxwright detect" before quantizing it.',
  });
}
