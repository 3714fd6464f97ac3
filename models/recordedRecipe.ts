import { type Recipe, recipe } from './recipeSchema.ts';

/** The metadata entry of a model file that says how it was made. */
export const recipeKey = 'boxwright.recipe';
/** A longer entry is none of ours: a picture takes about 100 characters. */
const longestEntry = 2 ** 24;

/** The recipe that a metadata entry holds; null where there is none, or none that can be read. */
export function parseRecordedRecipe(entry: string | undefined): Recipe | null {
  if (entry === undefined || entry.length > longestEntry) return null;
  try {
    return recipe.safeParse(JSON.parse(entry)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
