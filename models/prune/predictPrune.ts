import type { ModelProto } from 'onnx-buf';
import { encodeModel } from '../graph/write.ts';
import { summarize } from '../inspect/summary.ts';
import type { PruneOptions } from '../recipeSchema.ts';
import type { PredictedFigures } from '../types.ts';
import { analyseChannels } from './channels/analysis.ts';
import { planRemoval } from './channels/planRemoval.ts';
import { removeChannels } from './channels/removeChannels.ts';
import { usualRounding } from './usualRounding.ts';

/** What pruning would give, and a model of the very graph and sizes for whatever comes next. */
export interface PrunePrediction extends PredictedFigures {
  /** Its weights are those of the source: neither zeroed nor made up for what went. */
  readonly proto: ModelProto;
}

/**
 * Tells what pruning would give, in well under a second and without running the network. Zeroing weights changes no figure; for
 * channels a rounding of `auto` counts as 8. The model is left alone.
 */
export function predictPrune(proto: ModelProto, options: PruneOptions): PrunePrediction {
  const pruned = options.method === 'channel' ? withoutChannels(proto, options) : proto;
  return { proto: pruned, ...measureSize(pruned, encodeModel(pruned).byteLength) };
}

/** @param bytes of the file that the model would make */
export function measureSize(proto: ModelProto, bytes: number): PredictedFigures {
  const { parameters, macs } = summarize({ path: '', bytes, sha256: '', externalFiles: [], outside: new Map(), proto });
  return { parameters, macs, bytes };
}

function withoutChannels(proto: ModelProto, options: PruneOptions): ModelProto {
  const roundTo = options.roundTo === 'auto' ? usualRounding : options.roundTo;
  const analysis = analyseChannels(proto);
  const { removed } = planRemoval(analysis, { ...options, roundTo });
  return removed.size === 0 ? proto : removeChannels(analysis.graph, removed);
}
