import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { readFailure } from '../files.ts';

const maximumBytes = 16 * 2 ** 20;

const places = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const datasetFile = z.looseObject({
  path: z.string().optional(),
  train: places.nullish(),
  val: places.nullish(),
});

/**
 * Where the pictures of a YOLO data.yaml lie: files and folders of its `val` list, or of `train` where it has none. Lists
 * in .txt files are read.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export async function picturePlaces(path: string): Promise<string[]> {
  const parsed = datasetFile.safeParse(await readYaml(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue === undefined || issue.path.length === 0 ? 'it' : `"${issue.path.join('.')}"`;
    throw new StudioError('dataset-invalid', `${path} is no YOLO dataset: ${field} is not what it should be.`, {
      hint: 'It needs "val" or "train" with a folder, a .txt list, or several of them.',
    });
  }
  const listed = parsed.data.val ?? parsed.data.train;
  if (listed === undefined || listed === null) {
    throw new StudioError('dataset-invalid', `${path} names no pictures: it has neither "val" nor "train".`);
  }
  const folder = dirname(resolve(path));
  // Datasets are often moved: where the root that is written down is gone, the file's own folder is meant.
  const written = resolve(folder, parsed.data.path ?? '.');
  const root = existsSync(written) ? written : folder;
  const found: string[] = [];
  for (const place of [listed].flat()) {
    const absolute = resolve(root, place);
    if (extname(absolute).toLowerCase() === '.txt') found.push(...(await readList(absolute, root)));
    else found.push(absolute);
  }
  return found;
}

async function readYaml(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new StudioError('dataset-invalid', `${path} is not valid YAML: ${reason}`, { cause: error });
  }
}

/** One picture a line; "./" stands for the folder of the list, other relative paths start at the dataset's root. */
async function readList(path: string, root: string): Promise<string[]> {
  const lines = (await readText(path)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '').map((line) => resolve(line.startsWith('./') ? dirname(path) : root, line));
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > maximumBytes) throw new StudioError('dataset-invalid', `${path} is too large for a list of pictures.`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw readFailure(path, error);
  }
}
