import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StudioError } from '../errors.ts';

/** The sample that ships with the product: a small detector and labelled pictures. */
export interface SamplePaths {
  readonly model: string;
  /** The held-out pictures, in the order of their names. */
  readonly images: readonly string[];
  readonly dataYaml: string;
}

/**
 * Where the sample lies: `models/samples` is looked for in the folders above this module, so that the checkout, the bundles
 * in `dist/` and a packaged app all find it.
 * @throws StudioError `file-not-found` when an installation lacks it
 */
export function samplePaths(): SamplePaths {
  for (const folder of foldersAbove(dirname(fileURLToPath(import.meta.url)))) {
    const samples = join(folder, 'models', 'samples');
    const model = join(samples, 'sample.onnx');
    if (existsSync(model)) {
      return { model, images: listHeldOut(samples), dataYaml: join(samples, 'data.yaml') };
    }
  }
  throw new StudioError('file-not-found', 'The sample (models/samples) is missing from this installation.', {
    hint: 'Install Boxwright again, or check out the whole repository.',
  });
}

function* foldersAbove(start: string): Generator<string> {
  let folder = start;
  while (true) {
    yield folder;
    const parent = dirname(folder);
    if (parent === folder) return;
    folder = parent;
  }
}

function listHeldOut(samples: string): string[] {
  const folder = join(samples, 'images', 'val');
  return readdirSync(folder)
    .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
    .sort()
    .map((name) => join(folder, name));
}
