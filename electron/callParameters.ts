import { z } from 'zod';
import { pruneOptions, quantizeOptions, recipe } from '../models/recipeSchema.ts';
import { specCorrection } from '../models/specSchema.ts';
import type { ShellCallName, ShellCalls } from './contract.ts';
import { settingsChange } from './settings.ts';

const id = z.string().min(1).max(100);
const path = z.string().min(1).max(32_768);

const jobRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prune'), variantId: id, options: pruneOptions }),
  z.strictObject({ kind: z.literal('quantize'), variantId: id, options: quantizeOptions }),
  z.strictObject({
    kind: z.literal('derive'),
    variantId: id,
    recipe,
    recalibrate: z.boolean().optional(),
    gate: z.boolean().optional(),
  }),
  z.discriminatedUnion('for', [
    z.strictObject({
      kind: z.literal('sensitivity'),
      variantId: id,
      for: z.literal('quantize'),
      options: quantizeOptions,
    }),
    z.strictObject({ kind: z.literal('sensitivity'), variantId: id, for: z.literal('prune') }),
  ]),
  z.strictObject({ kind: z.literal('presets'), variantId: id }),
  z.strictObject({
    kind: z.literal('compare'),
    baselineId: id,
    variantIds: z.array(id).min(1).max(8),
    runs: z.int().min(1).max(100_000).optional(),
    imageLimit: z.int().min(1).max(100_000).optional(),
    confidence: z.number().min(0).max(1).optional(),
    iou: z.number().min(0).max(1).optional(),
  }),
  z.strictObject({
    kind: z.literal('export'),
    variantId: id,
    target: z.literal('node'),
    license: z.string().max(10_000).optional(),
  }),
]);

export type CallParameters = { readonly [Name in ShellCallName]: z.ZodType<Parameters<ShellCalls[Name]>> };

/** What the window must send with each call. Whatever does not fit is refused before a handler sees it. */
export const callParameters: CallParameters = {
  getState: z.tuple([]),
  openPaths: z.tuple([z.array(path).min(1).max(100_000)]),
  openDialog: z.tuple([z.enum(['models', 'images', 'folder'])]),
  openSample: z.tuple([]),
  removeVariant: z.tuple([id]),
  correctModel: z.tuple([
    z.strictObject({ variantId: id, correction: z.union([specCorrection, z.string().max(1_000_000), z.null()]) }),
  ]),
  clearImages: z.tuple([]),
  updateSettings: z.tuple([settingsChange]),
  look: z.tuple([z.strictObject({ variantId: id, imagePath: path, grid: z.boolean() })]),
  compareLayers: z.tuple([z.strictObject({ baselineId: id, variantId: id, imagePath: path })]),
  compareGraphs: z.tuple([z.strictObject({ baselineId: id, variantId: id })]),
  providers: z.tuple([]),
  predict: z.tuple([z.strictObject({ variantId: id, recipe })]),
  importRecipe: z.tuple([]),
  exportRecipe: z.tuple([z.strictObject({ recipe, name: z.string().min(1).max(1000) })]),
  startJob: z.tuple([jobRequest]),
  cancelJob: z.tuple([id]),
  dismissJob: z.tuple([id]),
  saveBundle: z.tuple([id]),
  verifyBundle: z.tuple([path.nullable()]),
  saveReport: z.tuple([id]),
  showInFolder: z.tuple([path]),
  reloadWindow: z.tuple([]),
};
