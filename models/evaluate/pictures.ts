import type { OperationContext } from '../api.ts';
import { decodeAhead } from '../detect/decodeAhead.ts';
import type { DecodedImage } from '../detect/image.ts';
import { StudioError } from '../errors.ts';
import type { UnreadablePicture } from '../types.ts';

/**
 * Hands pictures to `visit` one after the other and decodes ahead of it; memory does not grow with their number.
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
  let done = 0;
  context.signal.throwIfAborted();
  for await (const { path, image } of decodeAhead(images)) {
    context.signal.throwIfAborted();
    if (image instanceof StudioError) unreadable.push({ path, message: image.message });
    else await visit(path, image);
    done += 1;
    context.report({ step, fraction: done / images.length });
  }
  const first = unreadable[0];
  if (first !== undefined && unreadable.length === images.length) {
    throw new StudioError('no-images', `None of the ${images.length} pictures could be read: ${first.message}`);
  }
  return unreadable;
}
