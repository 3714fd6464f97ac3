import { decodeImage } from '../detect/image.ts';
import { StudioError } from '../errors.ts';
import { inParallel } from './inParallel.ts';
import { findSameContent } from './sameContent.ts';
import { indexPictures, joinable } from './similarPictures.ts';

const parallelPictures = 4;

/**
 * Groups of pictures with the same content or, where `decode` is set, the same look, as places in `paths`; the others are in no
 * group.
 */
export async function groupPictures(
  paths: readonly string[],
  decode: boolean,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<number[][]> {
  const sets = joinable(paths.length);
  const joinAll = (groups: readonly number[][]) => {
    for (const [first, ...others] of groups)
      for (const other of others) if (first !== undefined) sets.join(first, other);
  };
  joinAll(await findSameContent(paths, signal));
  if (decode) {
    const pictures = indexPictures(paths.length);
    let done = 0;
    await inParallel(paths, parallelPictures, signal, async (path, index) => {
      try {
        pictures.add(index, await decodeImage(path));
      } catch (error) {
        // It stands alone; that it cannot be read is for a check to say.
        if (!(error instanceof StudioError)) throw error;
      }
      done += 1;
      tell(done / paths.length);
    });
    joinAll(pictures.findGroups());
  }
  return sets.list();
}
