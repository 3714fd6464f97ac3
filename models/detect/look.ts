import { stat } from 'node:fs/promises';
import type { OperationContext, OperationInput } from '../api.ts';
import type { Look } from '../types.ts';
import type { Detector } from './detector.ts';
import { mayHideGrid } from './hiddenGrid.ts';
import { type DecodedImage, decodeImage } from './image.ts';
import { withDetector } from './openDetectors.ts';
import { viewingFloor } from './pictureDetector.ts';

/**
 * One picture under one model, with every candidate above 0.01 and the heat of every cell, so that thresholds and
 * suppression can be moved without running the network again.
 */
export async function look(input: OperationInput<'look'>, context: OperationContext): Promise<Look> {
  return withDetector(input.model, input, async (detector) => {
    context.signal.throwIfAborted();
    const started = performance.now();
    const image = await decodeOnce(input.image);
    const decode = performance.now() - started;
    context.signal.throwIfAborted();
    const { candidates, levels, placement, ms } = await detector.candidatesOf(image, viewingFloor);
    return {
      image: input.image,
      width: image.width,
      height: image.height,
      placement,
      candidates,
      levels,
      ...(levels.length > 0 ? {} : { gridUnavailable: whyNoGrid(detector, input.grid) }),
      classNames: detector.spec.classNames,
      nmsInGraph: detector.spec.nmsInGraph,
      provider: detector.provider,
      ms: { decode, ...ms },
    };
  });
}

function whyNoGrid({ spec }: Detector, isAsked: boolean): NonNullable<Look['gridUnavailable']> {
  if (!mayHideGrid(spec)) return 'queries';
  return isAsked ? 'not-found' : 'not-asked';
}

let last: { readonly key: string; readonly image: Promise<DecodedImage> } | undefined;

/** Panes ask for the same picture one after the other: the last one is kept. */
async function decodeOnce(path: string): Promise<DecodedImage> {
  const version = await stat(path).then(
    ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
    () => '', // decodeImage says what is wrong
  );
  const key = `${path} ${version}`;
  if (last?.key !== key) last = { key, image: decodeImage(path) };
  return last.image;
}
