import { Transformer } from '@napi-rs/image';
import type { Locator } from '@playwright/test';
import { palette } from '../models/geometry/classColor.ts';

const colorOf = new Map(palette.map((hex) => [Number.parseInt(hex.slice(1), 16), hex]));

/** How many pixels of a pane have exactly each class colour; colours that it lacks are left out. */
export async function countClassColors(pane: Locator): Promise<ReadonlyMap<string, number>> {
  const { width, height } = (await pane.boundingBox()) ?? { width: 0, height: 0 };
  const pixels = await new Transformer(await pane.screenshot()).rawPixels();
  const channels = Math.round(pixels.length / (Math.round(width) * Math.round(height)));
  const counts = new Map<string, number>();
  for (let at = 0; at < pixels.length; at += channels) {
    const hex = colorOf.get(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0));
    if (hex !== undefined) counts.set(hex, (counts.get(hex) ?? 0) + 1);
  }
  return counts;
}

/** How many pixels of a pane have a class colour. */
export async function countBoxPixels(pane: Locator): Promise<number> {
  return [...(await countClassColors(pane)).values()].reduce((sum, count) => sum + count, 0);
}
