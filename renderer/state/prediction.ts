/** What a recipe would leave of a model, foretold by the engine while the recipe is being changed. */
import { useEffect, useState } from 'react';
import { type ErrorReport, reportError } from '../../models/errors.ts';
import type { RecipeStep } from '../../models/recipeSchema.ts';
import type { PredictedFigures } from '../../models/types.ts';
import { predict } from '../studio.ts';

export interface Prediction {
  /** After each step, in order; empty where there is a problem. */
  readonly figures: readonly PredictedFigures[];
  readonly problem: ErrorReport | null;
  /** False while a change is being worked out: the figures are those before it. */
  readonly isCurrent: boolean;
}

interface Answer {
  readonly variantId: string;
  readonly steps: readonly RecipeStep[];
  readonly figures: readonly PredictedFigures[];
  readonly problem: ErrorReport | null;
}

/** Changes that follow each other faster are foretold once. */
const restMilliseconds = 150;
const nothing = { figures: [], problem: null } as const;

/**
 * The figures after each step.
 * @param steps the same array as long as nothing changes in it
 * @param canRun false for a recipe that makes no sense yet: there is nothing to foretell
 */
export function usePrediction(variantId: string, steps: readonly RecipeStep[], canRun: boolean): Prediction {
  const [latest, setLatest] = useState<Answer | null>(null);
  useEffect(() => {
    if (!canRun) return;
    let isWanted = true;
    const ask = async () => {
      const answer = await foretell(variantId, steps);
      if (isWanted) setLatest(answer);
    };
    const timer = setTimeout(() => void ask(), restMilliseconds);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [variantId, steps, canRun]);
  if (!canRun) return { ...nothing, isCurrent: true };
  if (latest?.variantId !== variantId) return { ...nothing, isCurrent: false };
  return { figures: latest.figures, problem: latest.problem, isCurrent: latest.steps === steps };
}

async function foretell(variantId: string, steps: readonly RecipeStep[]): Promise<Answer> {
  try {
    const report = await predict(variantId, { version: 1, steps: [...steps] });
    return { variantId, steps, figures: report.steps, problem: null };
  } catch (error) {
    return { variantId, steps, figures: [], problem: reportError(error) };
  }
}
