import type { Recipe, RecipeStep } from '../recipeSchema.ts';
import type { Agreement } from './agreement.ts';
import type { ModelFigures } from './model.ts';

/** What one step of a recipe did. */
export interface DerivedStep {
  /** As asked for, with all that was left open as it was decided here. */
  readonly step: RecipeStep;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  /** True where there was nothing to do: the step is not part of the resulting recipe. */
  readonly unchanged?: true;
  /** With the model the step was made from; absent without pictures. */
  readonly agreement?: Agreement;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

/** What came of a whole recipe. */
export interface DeriveReport {
  readonly out: string;
  readonly sha256: string;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  readonly steps: readonly DerivedStep[];
  /** With the original, over the whole chain; absent without pictures. */
  readonly agreement?: Agreement;
  /** 1 - agreement.f1 */
  readonly drop?: number;
  /** What gives the same bytes when it is applied to the original again. */
  readonly recipe: Recipe;
  readonly warnings: readonly string[];
}

/** What a recipe would give, told without running the network. */
export interface PredictReport {
  readonly model: string;
  readonly before: PredictedFigures;
  /** After each step, in order. */
  readonly steps: readonly PredictedFigures[];
}

/** What is known of a model without making it. */
export type PredictedFigures = Omit<ModelFigures, 'sparsity'>;
