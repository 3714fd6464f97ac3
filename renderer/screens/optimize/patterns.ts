import type { RecipeStep } from '../../../models/recipeSchema.ts';

/** Lines as they are typed; an empty field is no pattern at all. */
export function splitPatterns(value: string): string[] {
  return value === '' ? [] : value.split('\n');
}

/** A step as it is sent: patterns without spaces around, and none that is empty. */
export function cleanStep(step: RecipeStep): RecipeStep {
  switch (step.operation) {
    case 'fold':
      return step;
    case 'prune': {
      const ratios = step.options.ratios
        .map((ratio) => ({ ...ratio, pattern: ratio.pattern.trim() }))
        .filter(({ pattern }) => pattern !== '');
      return { ...step, options: { ...step.options, keep: cleanPatterns(step.options.keep), ratios } };
    }
    case 'quantize':
      return { ...step, options: { ...step.options, keep: cleanPatterns(step.options.keep) } };
  }
}

function cleanPatterns(keep: readonly string[]): string[] {
  return keep.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
}
