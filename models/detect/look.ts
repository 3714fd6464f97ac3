import { stat } from 'node:fs/promises';
import type { OperationContext, OperationInput } from '../api.ts';
import type { HeadFamily, Look } from '../types.ts';
import { viewingFloor } from './detector.ts';
import { type DecodedImage, decodeImage } from './image.ts';
import { withDetector } from './openDetectors.ts';

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
      ...(levels.length > 0 ? {} : { gridUnavailableBecause: whyNoGrid(detector.spec.family) }),
      classNames: detector.spec.classNames,
      nmsInGraph: detector.spec.nmsInGraph,
      provider: detector.provider,
      ms: { decode, ...ms },
    };
  });
}

function whyNoGrid(family: HeadFamily): string {
  return family === 'rt-detr'
    ? 'This model has no grid: each of its queries may find an object anywhere in the picture.'
    : 'This model finishes its boxes inside the graph and gives nothing else, so the cell of a box is not known.';
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
