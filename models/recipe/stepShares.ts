import type { RecipeStep } from '../recipeSchema.ts';

/** Which part of a chain's progress a step takes: it is made from `start` to `made`, and compared from there to `end`. */
export interface StepShare {
  readonly start: number;
  readonly made: number;
  readonly end: number;
}

/** Roughly how long steps take against each other, and how long a comparison with the original. */
const comparison = 1.5;

function effortOf(step: RecipeStep): number {
  switch (step.operation) {
    case 'fold':
      return 0.2;
    case 'prune':
      if (step.options.method !== 'channel') return 1;
      return step.options.roundTo === 'auto' ? 6 : 3;
    case 'quantize':
      if (step.options.precision === 'int8-dynamic' || step.options.precision === 'fp16') return 1.5;
      return step.options.maxDrop === undefined ? 4 : 12;
  }
}

/** The shares of all steps of a chain, in order, from 0 to 1. */
export function shareSteps(steps: readonly RecipeStep[], withPictures: boolean): StepShare[] {
  const efforts = steps.map((step) => ({ make: effortOf(step), compare: withPictures ? comparison : 0 }));
  const total = efforts.reduce((sum, { make, compare }) => sum + make + compare, 0);
  let at = 0;
  return efforts.map(({ make, compare }) => {
    const start = at / total;
    const made = (at + make) / total;
    at += make + compare;
    return { start, made, end: at / total };
  });
}
