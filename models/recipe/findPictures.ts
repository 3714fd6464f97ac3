import { StudioError } from '../errors.ts';
import { formatQuantity } from '../format.ts';
import { namePictures, type RecipePictures } from '../graph/recipePictures.ts';
import type { RecipeStep } from '../recipeSchema.ts';

/** Finds among the pictures that are at hand those that a step looks at. */
type PictureFinder = (step: RecipeStep) => Promise<readonly string[]>;

/**
 * A step that names its pictures gets just these, in its order, so that it gives the same bytes again; one that names none gets
 * all.
 * @param recalibrate true to use the pictures at hand whatever the steps name
 */
export function pictureFinder(images: readonly string[], recalibrate: boolean, signal: AbortSignal): PictureFinder {
  let named: Promise<RecipePictures> | undefined;
  return async (step) => {
    const wanted = step.operation === 'fold' ? undefined : step.pictures;
    if (wanted === undefined || recalibrate) return images;
    named ??= namePictures(images, signal);
    return match(wanted, await named, images);
  };
}

/** For each picture that is wanted a file with its content; a content that is wanted twice takes two files. */
function match(wanted: RecipePictures, named: RecipePictures, images: readonly string[]): string[] {
  const files = new Map<string, string[]>();
  for (const [index, { sha256 }] of named.entries()) {
    const path = images[index];
    if (path !== undefined) files.set(sha256, [...(files.get(sha256) ?? []), path]);
  }
  const found = wanted.map((picture) => ({ picture, path: files.get(picture.sha256)?.shift() }));
  const missing = found.filter(({ path }) => path === undefined).map(({ picture }) => picture.name);
  if (missing.length > 0) throw missingPictures(missing, wanted.length);
  return found.flatMap(({ path }) => path ?? []);
}

function missingPictures(missing: readonly string[], wanted: number): StudioError {
  const names = `${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ' …' : ''}`;
  return new StudioError(
    'no-images',
    `The recipe was made with ${formatQuantity(wanted, 'picture')}, of which ${formatQuantity(missing.length, 'is', 'are')} not among those given: ${names}.`,
    {
      hint: 'Give the same pictures (they are told by what they hold, not by name), or use those at hand (--recalibrate): the result then differs.',
    },
  );
}
