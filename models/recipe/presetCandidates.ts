import { type RecipeStep, recipeStep } from '../recipeSchema.ts';
import type { PresetName } from '../types.ts';

/** A recipe that may serve some presets. */
export interface CandidateRecipe {
  readonly name: string;
  readonly presets: readonly PresetName[];
  readonly steps: readonly RecipeStep[];
  /** It is only tried where these keep the boxes, since it goes further ... */
  readonly after?: readonly string[];
  /** ... or only where this one loses some, since it does the same with more care. */
  readonly instead?: string;
}

type Options = Readonly<Record<string, unknown>>;
const quantize = (options: Options): RecipeStep => recipeStep.parse({ operation: 'quantize', options });
const slim = (amount: number): RecipeStep =>
  recipeStep.parse({ operation: 'prune', options: { method: 'channel', amount, roundTo: 'auto' } });

/**
 * What is tried, those first that others depend on.
 * @param maxDrop loss of F1 that the careful ones keep to
 */
export function presetCandidates(maxDrop: number): CandidateRecipe[] {
  const careful = { maxDrop, trials: 6 };
  const edge = { activations: 'int8' } as const;
  return [
    { name: 'fp16', presets: ['smaller', 'gpu-fp16'], steps: [quantize({ precision: 'fp16' })] },
    { name: 'dynamic', presets: ['smaller', 'faster'], steps: [quantize({ precision: 'int8-dynamic' })] },
    { name: 'int8', presets: ['smaller', 'faster'], steps: [quantize({})] },
    { name: 'careful int8', presets: ['smaller', 'faster'], steps: [quantize(careful)], instead: 'int8' },
    { name: 'slim', presets: ['smaller', 'faster'], steps: [slim(0.1)] },
    { name: 'slimmer', presets: ['smaller', 'faster'], steps: [slim(0.2)], after: ['slim'] },
    { name: 'slim int8', presets: ['smaller', 'faster'], steps: [slim(0.1), quantize({})], after: ['slim', 'int8'] },
    {
      name: 'slimmer int8',
      presets: ['smaller', 'faster'],
      steps: [slim(0.2), quantize({})],
      after: ['slimmer', 'slim int8'],
    },
    {
      name: 'edge, one scale a tensor',
      presets: ['edge-int8'],
      steps: [quantize({ ...edge, symmetric: true, perTensor: true })],
    },
    { name: 'edge, symmetric', presets: ['edge-int8'], steps: [quantize({ ...edge, symmetric: true })] },
    { name: 'edge', presets: ['edge-int8'], steps: [quantize(edge)] },
    { name: 'careful edge', presets: ['edge-int8'], steps: [quantize({ ...edge, ...careful })], instead: 'edge' },
  ];
}
