import { clone } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import type { OperationContext } from '../api.ts';
import type { Judge } from '../gate.ts';
import { encodeModel } from '../graph/write.ts';
import { partOf } from '../progress.ts';
import type { QuantizeOptions } from '../recipeSchema.ts';
import type { Agreement } from '../types.ts';
import type { Measured } from './calibrate.ts';
import type { Quantized } from './dynamic.ts';
import { floatGroups } from './floatGroups.ts';
import { searchFloatLayers } from './search.ts';
import {
  rangeEntries,
  readSearchState,
  removeSearchState,
  type SearchState,
  searchKey,
  writeSearchState,
} from './searchState.ts';
import { buildStatic, measureRanges, planStatic, type StaticSource } from './static.ts';

interface Accurate extends Quantized {
  readonly trials: number;
  readonly agreement?: Agreement;
  /** First outputs of the layers that went back to float. */
  readonly floatOutputs: readonly string[];
}

/**
 * A static quantization whose loss of agreement is at most `maxDrop`, or the best that was found in the trials allowed. One
 * calibration serves all trials. What is found out is kept beside `out` until `finishSearch`, so that a search that was stopped
 * goes on where it was.
 */
export async function quantizeWithin(
  source: StaticSource,
  target: { readonly out: string; readonly modelSha256: string; readonly maxDrop: number; readonly judge: Judge },
  context: OperationContext,
): Promise<Accurate> {
  const { out, maxDrop, judge } = target;
  const paths = source.inputs.map(({ path }) => path);
  const { maxDrop: _, trials, ...options } = source.options;
  const key = searchKey(target.modelSha256, options, source.spec, paths);
  const before = await readSearchState(out, key);
  const ranges: Map<string, Measured> =
    before === undefined ? await measureRanges(source, partOf(context, 0, 0.2)) : new Map(before.ranges);
  let state: Omit<SearchState, 'format' | 'version'> = before ?? { key, ranges: rangeEntries(ranges), trials: [] };
  await writeSearchState(out, state);
  const { facts, selection } = planStatic(source, clone(ModelProtoSchema, source.proto), ranges);
  const { best, trials: run } = await searchFloatLayers(
    {
      maxDrop,
      trials,
      known: state.trials,
      groups: floatGroups(facts, selection),
      attempt: (float, trialContext) => judge(encodeModel(build(source, ranges, float).proto), trialContext),
      keep: async ({ float, agreement }) => {
        state = { ...state, trials: [...state.trials, { float: [...float], agreement: { ...agreement } }] };
        await writeSearchState(out, state);
      },
    },
    partOf(context, 0.3, 1),
  );
  const floatOutputs = best.float;
  return { ...build(source, ranges, best.float), trials: run, agreement: best.agreement, floatOutputs };
}

/** Forgets what a search kept, once its result is in place. */
export async function finishSearch(out: string, { maxDrop }: QuantizeOptions): Promise<void> {
  if (maxDrop !== undefined) await removeSearchState(out);
}

const why = 'returned to float, with its neighbours, to keep the boxes';

function build(source: StaticSource, ranges: Map<string, Measured>, float: readonly string[]): Quantized {
  return buildStatic(source, ranges, new Map(float.map((output) => [output, why])));
}
