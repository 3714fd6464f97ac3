import type { OnnxModel } from '../../graph/read.ts';
import { summarize } from '../../inspect/summary.ts';
import type { PredictedFigures } from '../../types.ts';
import { analyseChannels } from './analysis.ts';
import type { RemovalOptions } from './choose.ts';
import { planRemoval, type RemovalPlan } from './planRemoval.ts';
import { predictFigures } from './predict.ts';

/** What pruning channels would give. */
export interface PrunePreview extends Omit<RemovalPlan, 'removed'> {
  readonly before: PredictedFigures;
  /** Parameters and MACs are exact; bytes lack what names and adapted nodes take, a few hundredths at most. */
  readonly after: PredictedFigures;
}

/**
 * Looks at a model once and then tells, for any options and within milliseconds, what pruning its channels would give. Nothing
 * is written, and the model is left alone.
 */
export function channelPreviewer(model: OnnxModel): (options: RemovalOptions) => PrunePreview {
  const analysis = analyseChannels(model.proto);
  const { parameters, macs, bytes } = summarize(model);
  const whole = predictFigures(analysis.graph, new Set());
  // A run may hold several pictures; MACs are told for one.
  const pictures = whole.macs === null || macs === null || macs === 0 ? 1 : whole.macs / macs;
  return (options) => {
    const { removed, groups, keptLayers, warnings } = planRemoval(analysis, options);
    const predicted = predictFigures(analysis.graph, removed);
    return {
      before: { parameters, macs, bytes },
      after: {
        parameters: predicted.parameters,
        macs: predicted.macs === null ? null : predicted.macs / pictures,
        bytes: bytes - predicted.bytesLess,
      },
      groups,
      keptLayers,
      warnings,
    };
  };
}
