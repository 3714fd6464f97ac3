import type { RecipeStep } from '../../../models/recipeSchema.ts';
import type { ModelPrecision } from '../../../models/types.ts';
import type { Dictionary } from '../../i18n/en.ts';

/** Why a recipe cannot be run as it stands; null where it can. */
export function recipeProblem(
  steps: readonly RecipeStep[],
  start: { readonly precision: ModelPrecision; readonly pictures: number },
  text: Dictionary,
): string | null {
  if (steps.length === 0) return text.recipe.empty;
  const isInteger = start.precision === 'int8-qdq' || start.precision === 'int8-dynamic';
  const quantizes = steps.some(({ operation }) => operation === 'quantize');
  if (isInteger || (quantizes && start.precision !== 'fp32')) return text.optimize.alreadyQuantized;
  const quantized = steps.findIndex(({ operation }) => operation === 'quantize');
  if (quantized >= 0 && quantized < steps.length - 1) return text.recipe.quantizeLast;
  const needsPictures = steps.some((step) => step.operation === 'quantize' && isStatic(step.options.precision));
  return needsPictures && start.pictures === 0 ? text.optimize.noCalibration : null;
}

function isStatic(precision: string): boolean {
  return precision === 'int8' || precision === '16x8';
}
