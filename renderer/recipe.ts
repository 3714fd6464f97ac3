import type { RecipeStep } from '../electron/contract.ts';
import { formatPercent } from './format.ts';
import type { Dictionary } from './i18n/en.ts';

/** A recipe step in a few words: "Prune 30 %", "Quantize int8". */
export function describeStep(step: RecipeStep, { optimize }: Dictionary): string {
  switch (step.operation) {
    case 'prune':
      return `${optimize.prune} ${formatPercent(step.options.amount)}`;
    case 'quantize':
      return `${optimize.quantize} ${step.options.precision}`;
  }
}
