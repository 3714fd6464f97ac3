/** What is done with whole recipes: run, taken over, read from and written to files. */
import type { Project, Variant } from '../../electron/contract.ts';
import type { RecipeStep } from '../../models/recipeSchema.ts';
import { exportRecipe, importRecipe } from '../studio.ts';
import { attempt, startJob } from './actions.ts';
import { findVariant, useProject } from './project.ts';
import { replaceSteps, useRecipe } from './recipe.ts';
import { setView, useView } from './view.ts';

/** Queues the making of a variant by these steps. */
export async function runRecipe(variantId: string, steps: readonly RecipeStep[]): Promise<void> {
  setView({ optimizeTab: 'results' });
  const { gate } = useRecipe.getState();
  await startJob({ kind: 'derive', variantId, recipe: { version: 1, steps: [...steps] }, ...(gate ? {} : { gate }) });
}

/** The original that a variant was made from; itself for an original. */
function originalOf(project: Project, variant: Variant): Variant {
  const parent = findVariant(project, variant.parentId);
  return parent ? originalOf(project, parent) : variant;
}

/** Puts the steps that lead to a variant in the row. They start from its original where the selected model comes from the same. */
export function copyRecipe(variant: Variant): void {
  const { project } = useProject.getState();
  const original = originalOf(project, variant);
  const selected = findVariant(project, useView.getState().selectedId);
  if (!selected || originalOf(project, selected).id === original.id) setView({ selectedId: original.id });
  replaceSteps(variant.recipe);
  setView({ screen: 'optimize' });
}

/** Takes over the recipe in a file that the user picks; it starts from the model that it was made for, if that one is open. */
export async function takeRecipeFromFile(): Promise<void> {
  const found = await attempt(importRecipe);
  if (!found) return;
  const { original, steps } = found;
  const { variants } = useProject.getState().project;
  const start = variants.find(({ sha256 }) => sha256 === original);
  if (start) setView({ selectedId: start.id });
  replaceSteps(steps);
}

/** Writes steps where the user says, as JSON. */
export async function saveSteps(steps: readonly RecipeStep[], name: string, original?: Variant): Promise<void> {
  const recipe = { version: 1 as const, steps: [...steps], ...(original ? { original: original.sha256 } : {}) };
  await attempt(() => exportRecipe(recipe, name));
}

/** Writes the recipe of a variant where the user says: with the SHA-256 of its original, and of every picture it was made with. */
export async function saveRecipeOf(variant: Variant): Promise<void> {
  await saveSteps(variant.recipe, variant.name, originalOf(useProject.getState().project, variant));
}
