import type { RecipeStep } from '../electron/contract.ts';
import type { PruneOptions } from '../models/recipeSchema.ts';
import { formatPercent } from './format.ts';
import type { Dictionary } from './i18n/en.ts';

function describePruning({ method, amount }: PruneOptions, text: Dictionary['optimize']): string {
  switch (method) {
    case 'magnitude':
      return `${text.prune} ${formatPercent(amount)}`;
    case '2:4':
      return `${text.prune} ${text.twoInFour}`;
    case 'channel':
      return `${text.prune} ${text.channels} ${formatPercent(amount)}`;
  }
}

/** A recipe step in a few words: "Fold batch norm", "Prune 30 %", "Prune Channels 30 %", "Quantize int8". */
export function describeStep(step: RecipeStep, { optimize, recipe }: Dictionary): string {
  switch (step.operation) {
    case 'fold':
      return recipe.fold;
    case 'prune':
      return describePruning(step.options, optimize);
    case 'quantize':
      return `${optimize.quantize} ${step.options.precision}`;
  }
}

/** Steps one after the other: "Prune Channels 30 % → Quantize int8". */
export function describeSteps(steps: readonly RecipeStep[], text: Dictionary): string {
  return steps.map((step) => describeStep(step, text)).join(' → ');
}
