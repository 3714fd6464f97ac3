import type { OperationContext, OperationInput } from '../api.ts';
import { isCancellation, StudioError } from '../errors.ts';
import { partOf } from '../progress.ts';
import { type PruneGuard, prune } from '../prune/prune.ts';
import type { PruneReport, PruneSpeed } from '../types.ts';
import { chooseRounding, measurePruneSpeed } from './pruneSpeed.ts';

/** What to say about speed: MACs promise nothing, since kernels work in blocks of channels. */
function speedWarnings({ before, after, tried }: PruneSpeed): string[] {
  if (after < before) return [];
  const figures = `${before.toFixed(1)} ms before, ${after.toFixed(1)} ms now`;
  return [
    tried === undefined
      ? `On this CPU the pruned model is not faster: ${figures}. Kernels work in blocks of channels: rounding to "auto" measures which widths suit them.`
      : `On this CPU the pruned model is not faster at any rounding that was tried: ${figures}.`,
  ];
}

/** Measured speed of a pruned model, or why there is none. */
async function timePruned(
  input: OperationInput<'prune'>,
  tried: PruneSpeed['tried'],
  context: OperationContext,
): Promise<Pick<PruneReport, 'speed' | 'warnings'>> {
  try {
    const times = await measurePruneSpeed(input.model, input.out, context);
    const speed = { ...times, ...(tried === undefined ? {} : { tried }) };
    return { speed, warnings: speedWarnings(speed) };
  } catch (error) {
    if (!(error instanceof StudioError) || isCancellation(error)) throw error;
    return { warnings: [`The speed could not be measured: ${error.message}`] };
  }
}

/**
 * Prunes. Where channels are taken out, a rounding of `auto` is chosen by measuring, and the result is timed against the
 * original.
 * @throws StudioError as `prune`; with `auto` also where the model cannot be timed
 */
export async function pruneAndTime(
  input: OperationInput<'prune'>,
  context: OperationContext,
  guard?: PruneGuard,
): Promise<PruneReport> {
  const { options } = input;
  if (options.method !== 'channel') return prune(input, context, guard);
  const chosen =
    options.roundTo === 'auto'
      ? await chooseRounding(input.model, options, partOf(context, 0, 0.4, 'Trying roundings'))
      : { roundTo: options.roundTo, tried: undefined };
  const rounded = { ...input, options: { ...options, roundTo: chosen.roundTo } };
  const report = await prune(rounded, partOf(context, 0.4, 0.7), guard);
  if (report.groups.every(({ before, after }) => before === after)) return report;
  const timed = await timePruned(input, chosen.tried, partOf(context, 0.7, 1, 'Measuring speed'));
  return { ...report, ...timed, warnings: [...report.warnings, ...timed.warnings] };
}
