import { type DecodedImage, decodeImage } from '../../detect/image.ts';
import { prepareInput } from '../../detect/preprocess.ts';
import { makeExtraInputs, makeInputTensor } from '../../detect/tensorValues.ts';
import { StudioError } from '../../errors.ts';
import type { DetectorSpec } from '../../types.ts';
import type { Values } from './stages.ts';

/** All pictures are kept together with what they become on their way: as many pixels as 16 pictures of 640 x 640 have. */
const mostPixels = 16 * 640 * 640;
const mostPictures = 32;

async function decodeOrSkip(path: string): Promise<DecodedImage | undefined> {
  try {
    return await decodeImage(path);
  } catch (error) {
    // Whoever measures on all pictures tells of those that cannot be read.
    if (error instanceof StudioError) return undefined;
    throw error;
  }
}

/** The pictures that are enough to make up for channels: some of them, evenly spread over the list. */
export function choosePictures(paths: readonly string[], { input }: DetectorSpec): string[] {
  const [height, width] = input.size;
  const most = Math.max(1, Math.min(paths.length, mostPictures, Math.floor(mostPixels / (height * width))));
  const shareUpTo = (count: number) => Math.floor((count * most) / paths.length);
  return paths.filter((_, index) => shareUpTo(index + 1) > shareUpTo(index));
}

/** What the network is fed for pictures; unreadable ones are left out. */
export async function loadPictures(
  paths: readonly string[],
  spec: DetectorSpec,
  signal: AbortSignal,
): Promise<Values[]> {
  const loaded: Values[] = [];
  for (const path of paths) {
    signal.throwIfAborted();
    const image = await decodeOrSkip(path);
    if (image === undefined) continue;
    const tensor = makeInputTensor(prepareInput(image, spec).data, spec);
    loaded.push({ ...makeExtraInputs(spec), [spec.input.name]: tensor });
  }
  return loaded;
}
