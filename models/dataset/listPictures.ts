import { StudioError } from '../errors.ts';
import { kindOf } from './fileKinds.ts';
import { missing, walkPaths } from './walk.ts';

/**
 * The pictures behind files and folders, each once, in the order given and by name within a folder. A file named by itself is
 * taken whatever its ending: the decoder judges it.
 * @param named whether a place that was named and can't be read ends it, or is listed like a picture, which then can't be read
 * @throws StudioError `file-not-found`, `file-unreadable`
 */
export async function listPictures(
  places: readonly string[],
  signal: AbortSignal,
  named: 'must be readable' | 'may be unreadable' = 'must be readable',
): Promise<Set<string>> {
  const images = new Set<string>();
  for await (const file of walkPaths(places, signal)) {
    const isFault = file.named && file.problem !== undefined && named === 'must be readable';
    if (isFault) throw unreadablePlace(file.path, file.problem ?? '');
    // A picture in a folder that cannot be read is taken too: the decoder says why, and nothing is lost in silence.
    if (file.named || kindOf(file.path) === 'image') images.add(file.path);
  }
  return images;
}

function unreadablePlace(path: string, problem: string): StudioError {
  const code = problem === missing ? 'file-not-found' : 'file-unreadable';
  return new StudioError(code, `${path} cannot be read. ${problem}`);
}
