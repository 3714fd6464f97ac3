import { patternFinder } from '../../graph/namePatterns.ts';
import type { PrunedGroup } from '../layers.ts';
import type { ChannelAnalysis } from './analysis.ts';
import { chooseRemoval, type RemovalOptions } from './choose.ts';
import type { KeptLayer } from './groups.ts';

/** Which channels go, and what there is to say about it. */
export interface RemovalPlan {
  /** Ids that stand for the sets of channels that go. */
  readonly removed: ReadonlySet<number>;
  /** Channels of every group of layers. */
  readonly groups: readonly PrunedGroup[];
  readonly keptLayers: readonly KeptLayer[];
  readonly warnings: readonly string[];
}

/** Names a pattern may mean: every layer that could lose channels. */
function unmatchedPatterns({ groups }: ChannelAnalysis, patterns: readonly string[]): string[] {
  const names = groups.flatMap(({ layers }) => layers);
  return patterns
    .filter((pattern) => !names.some((name) => patternFinder([pattern])(name) !== undefined))
    .map((pattern) => `No layer that could lose channels matches "${pattern}".`);
}

/** Chooses the channels that go. */
export function planRemoval(analysis: ChannelAnalysis, options: RemovalOptions): RemovalPlan {
  const removed = chooseRemoval(analysis.graph, analysis.groups, analysis.importance, options);
  const groups = analysis.groups.map(({ name, members, multiplicity }) => ({
    name,
    before: members.length * multiplicity,
    after: members.filter((member) => !removed.has(member)).length * multiplicity,
  }));
  const warnings = unmatchedPatterns(analysis, [...options.keep, ...options.ratios.map(({ pattern }) => pattern)]);
  const asks = options.amount > 0 || options.ratios.some(({ amount }) => amount > 0);
  if (removed.size === 0 && asks) {
    warnings.push(
      analysis.groups.length === 0
        ? 'No layer has channels that may go, so nothing was pruned.'
        : `At widths rounded to ${options.roundTo} no channel goes, so nothing was pruned.`,
    );
  }
  return { removed, groups, keptLayers: analysis.kept, warnings };
}
