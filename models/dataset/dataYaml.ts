import { existsSync } from 'node:fs';
import { dirname, extname, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { StudioError } from '../errors.ts';
import { readText } from './textFile.ts';
import type { KeypointShape } from './yoloLabels.ts';

const maximumBytes = 16 * 2 ** 20;
/** A list of a million pictures has some 100 MB. */
const maximumListBytes = 512 * 2 ** 20;
const maximumClasses = 65_536;

/** The splits of a data.yaml; `validation` and `valid` are other spellings of `val`. */
const splitKeys = ['train', 'val', 'test'] as const;

const places = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const className = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const datasetFile = z.looseObject({
  path: z.string().nullish(),
  train: places.nullish(),
  val: places.nullish(),
  valid: places.nullish(),
  validation: places.nullish(),
  test: places.nullish(),
  nc: z.int().min(0).max(maximumClasses).nullish(),
  names: z.union([z.array(className).max(maximumClasses), z.record(z.string(), className)]).nullish(),
  kpt_shape: z.tuple([z.int().min(0), z.int().min(2).max(3)]).nullish(),
});

/** What a YOLO data.yaml says. */
export interface DataYaml {
  readonly path: string;
  /** The folder that its places start at. */
  readonly root: string;
  readonly classNames: readonly string[];
  /** Files and folders of pictures by split, as absolute paths; lists in .txt files are not read yet. */
  readonly splits: readonly { readonly name: string; readonly places: readonly string[] }[];
  readonly keypoints?: KeypointShape;
  readonly notes: readonly string[];
}

/**
 * Reads a YOLO data.yaml. Its `path` is absolute, or starts at the file's own folder, at the working folder or at a folder
 * `datasets` beside it, whichever exists; datasets are often moved, so where none does the file's own folder is meant.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export async function readDataYaml(path: string): Promise<DataYaml> {
  const parsed = datasetFile.safeParse(await readYaml(path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue === undefined || issue.path.length === 0 ? 'it' : `"${issue.path.join('.')}"`;
    throw new StudioError('dataset-invalid', `${path} is no YOLO dataset: ${field} is not what it should be.`, {
      hint: 'It needs "val" or "train" with a folder, a .txt list, or several of them.',
    });
  }
  const { data } = parsed;
  const folder = dirname(resolve(path));
  const root = findRoot(folder, data.path ?? '.');
  const listed = { train: data.train, val: data.val ?? data.valid ?? data.validation, test: data.test };
  const splits = splitKeys.flatMap((name) => {
    const found = listed[name] ?? [];
    return found.length === 0 ? [] : [{ name, places: [found].flat().map((place) => findPlace(place, root, folder)) }];
  });
  if (splits.length === 0) {
    throw new StudioError('dataset-invalid', `${path} names no pictures: it has none of "train", "val" and "test".`);
  }
  const { classNames, notes } = classesOf(path, data.names ?? [], data.nc ?? undefined);
  const keypoints = data.kpt_shape ?? undefined;
  return { path: resolve(path), root, classNames, splits, notes, ...(keypoints === undefined ? {} : { keypoints }) };
}

function findRoot(folder: string, written: string): string {
  const candidates = spellings(written).flatMap((path) => [
    resolve(folder, path),
    resolve(path),
    resolve('datasets', path),
    resolve('..', 'datasets', path),
  ]);
  return candidates.find((candidate) => existsSync(candidate)) ?? folder;
}

/** Some exports write "../train/images" and mean "train/images" beside the file. */
function findPlace(place: string, root: string, folder: string): string {
  const candidates = spellings(place).flatMap((path) => [
    resolve(root, path),
    resolve(folder, path),
    resolve(root, path.replace(/^(\.\.[\\/])+/, '')),
  ]);
  return candidates.find((candidate) => existsSync(candidate)) ?? resolve(root, place);
}

/** A path as it stands and, where "\\" is no sign between folders here, as one that was written on Windows. */
function spellings(path: string): string[] {
  return sep === '\\' || !path.includes('\\') ? [path] : [path, path.replaceAll('\\', '/')];
}

/** Names by class number; a gap in the numbering, or a class beyond the names that `nc` counts, is called by its number. */
function classesOf(
  path: string,
  names: readonly string[] | Readonly<Record<string, string>>,
  count: number | undefined,
): { classNames: string[]; notes: string[] } {
  const byNumber = new Map(Object.entries(names).map(([key, name]) => [Number(key), name]));
  const numbers = [...byNumber.keys()];
  if (numbers.some((number) => !Number.isInteger(number) || number < 0 || number >= maximumClasses)) {
    throw new StudioError('dataset-invalid', `${path} is no YOLO dataset: the keys of "names" are not class numbers.`);
  }
  const named = numbers.reduce((most, number) => Math.max(most, number + 1), 0);
  const length = Math.max(named, count ?? 0);
  const classNames = Array.from({ length }, (_, index) => byNumber.get(index) ?? String(index));
  const differs = count !== undefined && named > 0 && count !== named;
  return { classNames, notes: differs ? [`"nc" says ${count} classes, "names" has ${named}.`] : [] };
}

async function readYaml(path: string): Promise<unknown> {
  const text = await readText(path, maximumBytes);
  try {
    return parse(text, { maxAliasCount: 100, logLevel: 'error' });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new StudioError('dataset-invalid', `${path} is not valid YAML: ${reason}`, { cause: error });
  }
}

/** True for a .txt file that lists pictures. */
export function isPictureList(place: string): boolean {
  return extname(place).toLowerCase() === '.txt';
}

/**
 * The pictures of a list, one a line. "./" stands for the folder of the list; other relative paths start at the dataset's
 * root, or where the first picture is not found there, at the folder of the list or the working folder.
 */
export async function readPictureList(path: string, root: string): Promise<string[]> {
  const text = await readText(path, maximumListBytes);
  const written = text.split(/\r\n|\n|\r/).flatMap((line) => line.trim() || []);
  const own = dirname(path);
  const isBeside = (line: string) => line.startsWith('./');
  const baseOf = (line: string | undefined) =>
    line === undefined
      ? undefined
      : [root, own, process.cwd()].find((folder) => existsSync(resolve(isBeside(line) ? own : folder, line)));
  // As the first stands, so do the others: to look for each would take longer than reading the list.
  const isAsWritten = baseOf(written[0]) !== undefined;
  const lines = isAsWritten ? written : written.map((line) => spellings(line).at(-1) ?? line);
  const base = baseOf(lines.find((line) => !isBeside(line))) ?? root;
  return lines.map((line) => resolve(isBeside(line) ? own : base, line));
}
