import { basename } from 'node:path';
import { hashFile, readFailure } from '../files.ts';
import type { RecipeStep } from '../recipeSchema.ts';

export type RecipePictures = NonNullable<Extract<RecipeStep, { operation: 'quantize' }>['pictures']>;

/**
 * Pictures as a recipe names them: by what they hold, in the order in which a step looks at them.
 * @throws StudioError `file-not-found`, `file-unreadable`
 */
export async function namePictures(paths: readonly string[], signal: AbortSignal): Promise<RecipePictures> {
  const pictures: RecipePictures = [];
  for (const path of paths) {
    signal.throwIfAborted();
    const sha256 = await hashFile(path).catch((error: unknown) => {
      throw readFailure(path, error);
    });
    pictures.push({ name: basename(path).slice(0, 1000) || 'picture', sha256 });
  }
  return pictures;
}
