import type { OperationContext } from '../api.ts';
import { type DecodedImage, decodeImage } from '../detect/image.ts';
import { StudioError } from '../errors.ts';

/** A picture that was left out, and why. */
export interface UnreadablePicture {
  readonly path: string;
  readonly message: string;
}

/**
 * Decodes pictures one after the other and hands them to `visit`, so that memory does not grow with their number.
 * Unreadable ones are left out and returned.
 * @throws StudioError `no-images` when there are none, or none can be read
 */
export async function visitPictures(
  images: readonly string[],
  step: string,
  context: OperationContext,
  visit: (path: string, image: DecodedImage) => Promise<void>,
): Promise<UnreadablePicture[]> {
  if (images.length === 0) {
    throw new StudioError('no-images', 'There are no pictures to compare on.', {
      hint: 'Name pictures, a folder of pictures, or a data.yaml.',
    });
  }
  const unreadable: UnreadablePicture[] = [];
  for (const [index, path] of images.entries()) {
    context.signal.throwIfAborted();
    const image = await decodeOrExplain(path);
    if ('message' in image) unreadable.push({ path, message: image.message });
    else await visit(path, image);
    context.report({ step, fraction: (index + 1) / images.length });
  }
  const first = unreadable[0];
  if (first !== undefined && unreadable.length === images.length) {
    throw new StudioError('no-images', `None of the ${images.length} pictures could be read: ${first.message}`);
  }
  return unreadable;
}

async function decodeOrExplain(path: string): Promise<DecodedImage | { readonly message: string }> {
  try {
    return await decodeImage(path);
  } catch (error) {
    if (error instanceof StudioError) return { message: error.message };
    throw error;
  }
}
