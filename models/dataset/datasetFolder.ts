import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../errors.ts';
import { systemErrorCode } from '../files.ts';
import type { VocPlaces } from './vocDataset.ts';

/** What a folder of a dataset holds. */
type FolderContent =
  | { readonly format: 'yaml'; readonly file: string }
  | { readonly format: 'coco'; readonly files: readonly string[] }
  | { readonly format: 'voc'; readonly places: readonly VocPlaces[] }
  | { readonly format: 'pictures' };

/** How much of a file tells whether it is a dataset. */
const headBytes = 64 * 2 ** 10;
const yamlName = /\.ya?ml$/i;
/** Names of folders that hold a split each. */
const splitFolder = /^(train|valid|val|test)$/i;
/** Files of COCO's other tasks, which lie beside those with boxes. */
const otherTask = /^(captions|person_keypoints|panoptic|stuff|image_info)_/;

/**
 * Tells what kind of dataset a folder holds by the names in it, and by the first bytes of its JSON files.
 * @throws StudioError `dataset-invalid` where several lie there and none is named data.yaml
 */
export async function recognizeFolder(folder: string): Promise<FolderContent> {
  const names = await namesIn(folder);
  const yaml = await findYaml(folder, names);
  if (yaml !== null) return { format: 'yaml', file: join(folder, yaml) };
  const whole = await findVoc(folder, names);
  if (whole !== null) return { format: 'voc', places: [whole] };
  const files = await findCoco(folder, names);
  if (files.length > 0) return { format: 'coco', files };
  const places = await findVocSplits(folder, names);
  return places.length > 0 ? { format: 'voc', places } : { format: 'pictures' };
}

async function findYaml(folder: string, names: readonly string[]): Promise<string | null> {
  const yamls = names.filter((name) => yamlName.test(name));
  const usual = yamls.find((name) => /^(data|dataset)\.ya?ml$/i.test(name));
  if (usual !== undefined) return usual;
  const found: string[] = [];
  for (const name of yamls) if (await looksLikeDataYaml(join(folder, name))) found.push(name);
  if (found.length > 1) throw severalIn(folder, found);
  return found[0] ?? null;
}

/** Whether a YAML file names splits of pictures: folders hold YAML files of all kinds. */
export async function looksLikeDataYaml(path: string): Promise<boolean> {
  return /^(train|val|valid|validation|test)\s*:/m.test(await readHead(path));
}

function severalIn(folder: string, names: readonly string[]): StudioError {
  return new StudioError('dataset-invalid', `${folder} holds several datasets.`, {
    hint: `Name one of them: ${names.slice(0, 5).join(', ')}`,
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '')) return [];
    throw error;
  }
}

const isXml = (name: string) => /\.xml$/i.test(name);

/** `Annotations` and `JPEGImages`, or pictures and annotations in one folder. */
async function findVoc(folder: string, names: readonly string[]): Promise<VocPlaces | null> {
  const [annotations] = names.filter((name) => name.toLowerCase() === 'annotations');
  if (annotations !== undefined && (await namesIn(join(folder, annotations))).some(isXml)) {
    const pictures = names.find((name) => /^(jpegimages|images)$/i.test(name));
    return { root: folder, annotations: join(folder, annotations), pictures: join(folder, pictures ?? '.') };
  }
  return names.some(isXml) ? { root: folder, annotations: folder, pictures: folder } : null;
}

/** As `findVoc`, in a folder for every split. */
async function findVocSplits(folder: string, names: readonly string[]): Promise<VocPlaces[]> {
  const folders = names.filter((name) => splitFolder.test(name));
  const found = await Promise.all(
    folders.map(async (name) => {
      const places = await findVoc(join(folder, name), await namesIn(join(folder, name)));
      return places === null ? [] : { ...places, split: name.toLowerCase().replace('valid', 'val') };
    }),
  );
  return found.flat();
}

async function findCoco(folder: string, names: readonly string[]): Promise<string[]> {
  const folders = names.filter((name) => /^annotations$/i.test(name) || splitFolder.test(name));
  const inside = await Promise.all(
    folders.map(async (name) => (await namesIn(join(folder, name))).map((file) => join(name, file))),
  );
  const candidates = [...names, ...inside.flat()].filter((name) => /\.json$/i.test(name));
  const files: string[] = [];
  for (const candidate of candidates) {
    const name = candidate.slice(Math.max(candidate.lastIndexOf('/'), candidate.lastIndexOf('\\')) + 1);
    if (!otherTask.test(name) && (await looksLikeCoco(join(folder, candidate)))) files.push(join(folder, candidate));
  }
  return files;
}

async function looksLikeCoco(path: string): Promise<boolean> {
  return /^\s*\{\s*"(info|licenses|images|annotations|categories|type)"\s*:/.test(await readHead(path));
}

/** The first part of a text, without its byte order mark; nothing where the file cannot be read. */
async function readHead(path: string): Promise<string> {
  const handle = await open(path, 'r').catch(() => null);
  if (handle === null) return '';
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
  } finally {
    await handle.close();
  }
}
