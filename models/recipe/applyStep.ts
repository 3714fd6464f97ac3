import type { EngineOperations, OperationContext } from '../api.ts';
import { carryCorrection } from '../detect/adoptCorrection.ts';
import type { RecipeStep } from '../recipeSchema.ts';
import type { Agreement } from '../types.ts';
import { fold } from './fold.ts';

/** The operations that steps are. */
export type StepOperations = Pick<EngineOperations, 'prune' | 'quantize'>;

export interface StepPlace {
  readonly model: string;
  readonly out: string;
  readonly spec: string | undefined;
  readonly images: readonly string[];
  /** Off: also what has lost its boxes is written. */
  readonly gate: boolean;
}

export interface StepResult {
  readonly agreement?: Agreement;
  readonly warnings: readonly string[];
}

/** Applies one step to a model file. Whatever it is, the result is read as the model was. */
export async function applyStep(
  operations: StepOperations,
  step: RecipeStep,
  { model, out, spec, images, gate }: StepPlace,
  context: OperationContext,
): Promise<StepResult> {
  const files = { model, out, ...(spec === undefined ? {} : { spec }) };
  switch (step.operation) {
    case 'fold': {
      const folded = await fold(model, out);
      await carryCorrection(model, out, spec);
      return folded;
    }
    case 'prune': {
      const options = gate ? step.options : { ...step.options, gate };
      return operations.prune({ ...files, options, check: [...images] }, context);
    }
    case 'quantize': {
      const options = gate ? step.options : { ...step.options, gate };
      return operations.quantize({ ...files, options, data: [...images] }, context);
    }
  }
}
