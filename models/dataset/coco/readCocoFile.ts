import { StudioError } from '../../errors.ts';
import { type CocoFile, type Gathering, gatherRecords } from './gatherRecords.ts';
import { isList, isObject, wantedNames } from './jsonCursor.ts';
import { type JsonReading, readFileItems, readFileMembers, readJsonFile } from './jsonFile.ts';

const listNames = ['images', 'annotations', 'categories'] as const;
const wantedLists = wantedNames(...listNames);

/** How a COCO file is read. */
export interface CocoReading extends JsonReading, Gathering {
  /** Without these lists the file is refused. */
  readonly needs: readonly (typeof listNames)[number][];
}

/**
 * Reads a COCO file of annotations in pieces, without its outlines and masks, so that its size does not matter. Ids may be
 * numbers or strings, of any length; 7 and "7" are the same.
 * @throws StudioError `file-not-found`, `file-unreadable`, `dataset-invalid`
 */
export function readCocoFile(path: string, reading: CocoReading): Promise<CocoFile> {
  return readJsonFile(path, reading, async (file) => {
    const { cursor } = file;
    if (!isObject(cursor)) {
      throw notCoco(path, 'it is not a JSON object (annotations are one JSON object, results are a list)');
    }
    const gathered = gatherRecords(cursor, reading);
    const seen = new Set<string>();
    await readFileMembers(file, wantedLists, async (list) => {
      const name = listNames[list] ?? 'images';
      if (!isList(cursor)) throw notCoco(path, `"${name}" is not a list`);
      seen.add(name);
      await readFileItems(file, gathered.readers[name]);
    });
    const missing = reading.needs.find((name) => !seen.has(name));
    if (missing !== undefined) throw notCoco(path, `it has no "${missing}"`);
    return gathered.finish();
  });
}

/** The fault of a file that is JSON, but has not what is needed. */
export function notCoco(path: string, why: string): StudioError {
  return new StudioError('dataset-invalid', `${path} is no COCO file of annotations: ${why}.`, {
    hint: 'A COCO file has the lists "images", "annotations" and "categories".',
  });
}
