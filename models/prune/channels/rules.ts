import type { ChannelRule } from './rule.ts';
import { convolutionRules } from './rules/convolution.ts';
import { elementwiseRules } from './rules/elementwise.ts';
import { joinRules } from './rules/join.ts';
import { matrixRules } from './rules/matrix.ts';
import { pickRules } from './rules/pick.ts';
import { rearrangeRules } from './rules/rearrange.ts';
import { reduceRules } from './rules/reduce.ts';
import { windowRules } from './rules/window.ts';

/** How channels move through every operator that they are followed through. */
export const channelRules: ReadonlyMap<string, ChannelRule> = new Map(
  Object.entries({
    ...convolutionRules,
    ...elementwiseRules,
    ...joinRules,
    ...matrixRules,
    ...pickRules,
    ...rearrangeRules,
    ...reduceRules,
    ...windowRules,
  }),
);
