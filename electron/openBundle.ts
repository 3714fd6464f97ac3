import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { z } from 'zod';
import { addVariant, findBySha256 } from '../models/project/project.ts';
import { readingStamp } from '../models/project/readingStamp.ts';
import { recipeSteps } from '../models/project/schemas.ts';
import { fileNameOf } from '../models/project/variantName.ts';
import type { RestoreReport } from '../models/types.ts';
import type { EngineHost } from './engineHost.ts';
import type { ProjectState } from './projectState.ts';

/** What the studio itself writes into a bundle; a bundle made otherwise may lack it. */
const provenance = z.object({ recipe: recipeSteps, parent: z.object({ sha256: z.string() }).nullable() });

/**
 * Restores the variant in a bundle: its model is unpacked into the data folder, and it takes its place in the lineage where
 * its parent is in the project.
 * @returns the id of the variant, restored now or known before
 * @throws StudioError `bundle-invalid` where the bundle does not pass its checks
 */
export async function openBundle(
  path: string,
  state: ProjectState,
  engine: EngineHost,
  dataFolder: string,
): Promise<string> {
  const id = randomUUID();
  const folder = join(dataFolder, 'variants', id);
  const out = join(folder, `${fileNameOf(basename(path, extname(path)))}.onnx`);
  try {
    const restored = await engine.call('restore', { bundle: path, out });
    const inspection = await engine.call('inspect', { model: out });
    const known = findBySha256(state.read(), restored.sha256);
    if (known) {
      await rm(folder, { recursive: true, force: true });
      return known.id;
    }
    const variant = {
      id,
      ...findOrigin(restored, state),
      name: restored.name.slice(0, 200) || basename(path),
      modelPath: out,
      sha256: restored.sha256,
      modified: (await stat(out)).mtimeMs,
      createdAt: new Date().toISOString(),
      inspection,
      readAs: await readingStamp(out),
      agreement: null,
      warnings: [],
    };
    state.update((document) => addVariant(document, variant));
    return id;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The parent, where the project has it, and the recipe that leads from there. */
function findOrigin(restored: RestoreReport, state: ProjectState) {
  const stated = provenance.safeParse(restored.provenance);
  const parent = stated.data?.parent ? findBySha256(state.read(), stated.data.parent.sha256) : undefined;
  return parent === undefined || !stated.success
    ? { parentId: null, recipe: [] }
    : { parentId: parent.id, recipe: stated.data.recipe };
}
