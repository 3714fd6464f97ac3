import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationContext, OperationInput } from '../api.ts';
import { adoptSpec } from '../detect/adoptCorrection.ts';
import { StudioError } from '../errors.ts';
import { copyFileAtomically } from '../files.ts';
import { partOf } from '../progress.ts';
import type { RestoreReport } from '../types.ts';
import { manifestSchema } from './manifest.ts';
import { unpackBundle } from './unpack.ts';
import { verifyBundle } from './verify.ts';

/** The share of the progress that checking the bundle takes. */
const checkShare = 0.9;

/**
 * Takes the model out of a bundle, once the bundle has passed all its checks. It will be read as it was in the bundle.
 * @throws StudioError `bundle-invalid` with the checks that failed; `file-not-found`, `file-unreadable`, `file-unwritable`
 */
export async function restoreBundle(
  { bundle, out }: OperationInput<'restore'>,
  context: OperationContext,
): Promise<RestoreReport> {
  const { ok, checks } = await verifyBundle(bundle, partOf(context, 0, checkShare));
  if (!ok) {
    const failed = checks.filter((check) => !check.ok).map(({ name, detail }) => `${name}: ${detail}`);
    throw new StudioError('bundle-invalid', `${bundle} did not pass its checks: ${failed[0] ?? 'unknown'}.`, {
      detail: failed.join('\n'),
      hint: 'Get the bundle again from where it was made.',
    });
  }
  const folder = await mkdtemp(join(tmpdir(), 'boxwright-restore-'));
  try {
    const files = await unpackBundle(bundle, folder, context.signal);
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
    const model = files.find(({ path }) => path === manifest.model.file);
    if (model?.sha256 !== manifest.model.sha256) {
      throw new StudioError('bundle-invalid', `${bundle} changed while it was read.`);
    }
    await copyFileAtomically(join(folder, manifest.model.file), out);
    await adoptSpec(out, manifest.spec, bundle);
    return { out, sha256: model.sha256, name: manifest.name, provenance: manifest.provenance };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
