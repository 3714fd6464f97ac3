import { type FileHandle, open } from 'node:fs/promises';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';
import { readModel } from '../graph/read.ts';
import { recordedRecipe } from '../graph/recipeRecord.ts';
import { type Recipe, recipe } from '../recipeSchema.ts';

/** A larger file is no recipe: a picture takes about 100 bytes. */
const largestFile = 2 ** 24;

/**
 * The recipe in a JSON file, or the one by which a variant was made, as its metadata tells. A model that says nothing counts as an
 * original: its recipe has no step.
 * @throws StudioError `recipe-invalid` saying which field is wrong; what reading a file or a model throws
 */
export async function readRecipe(path: string): Promise<Recipe> {
  const text = await readJson(path);
  if (text !== null) return parseRecipe(text, path);
  const { proto, sha256 } = await readModel(path);
  return recordedRecipe(proto) ?? { version: 1, original: sha256, steps: [] };
}

/** The text of a file that begins as a JSON object does; null for any other. */
async function readJson(path: string): Promise<string | null> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw readFailure(path, error);
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new StudioError('file-unreadable', `${path} is not a regular file.`);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    if (!/^\uFEFF?\s*\{/.test(buffer.toString('utf8', 0, bytesRead))) return null;
    if (stat.size > largestFile) {
      throw new StudioError(
        'recipe-invalid',
        `${path} has ${stat.size.toLocaleString('en')} bytes: no recipe is so large.`,
      );
    }
    return (await handle.readFile('utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw readFailure(path, error);
  } finally {
    await handle.close();
  }
}

function parseRecipe(text: string, path: string): Recipe {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new StudioError('recipe-invalid', `${path} is not a recipe: it is not valid JSON.`, { cause: error });
  }
  const parsed = recipe.safeParse(content);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw new StudioError('recipe-invalid', `${path} is not a recipe: ${field}${issue?.message ?? 'not valid'}.`, {
    hint: 'A recipe is {"version": 1, "steps": [{"operation": "prune", "options": {}}, …]}; "boxwright recipe MODEL --json" gives one of a variant.',
  });
}
