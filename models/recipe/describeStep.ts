import { formatPercent } from '../format.ts';
import type { PruneOptions, RecipeStep } from '../recipeSchema.ts';

/** A step in a few words, for messages and lists: "prune channels 30 %", "quantize to int8". */
export function describeStep(step: RecipeStep): string {
  switch (step.operation) {
    case 'fold':
      return 'merge batch normalization';
    case 'prune':
      return describePruning(step.options);
    case 'quantize':
      return `quantize to ${step.options.precision}`;
  }
}

function describePruning({ method, amount }: PruneOptions): string {
  switch (method) {
    case 'magnitude':
      return `prune weights ${formatPercent(amount)}`;
    case '2:4':
      return 'prune weights 2:4';
    case 'channel':
      return `prune channels ${formatPercent(amount)}`;
  }
}
