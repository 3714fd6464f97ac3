import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { OperationContext, OperationInput } from '../api.ts';
import { openDetector } from '../detect/detector.ts';
import { StudioError } from '../errors.ts';
import { makeFolder, requireWritable, systemErrorCode } from '../files.ts';
import { type OnnxModel, readWholeModel } from '../graph/read.ts';
import { refuseOverwrite } from '../graph/refuseOverwrite.ts';
import { encodeModel } from '../graph/write.ts';
import { summarize } from '../inspect/summary.ts';
import { partOf } from '../progress.ts';
import { detectorSpec } from '../specSchema.ts';
import { lookingThresholds } from '../thresholds.ts';
import type { DetectorSpec, ExportReport, ModelSummary } from '../types.ts';
import { version } from '../version.ts';
import { expectationsOf, type GoldenPicture, goldenFile, makeGoldenPictures, toleranceFor } from './golden.ts';
import type { BundleManifest } from './manifest.ts';
import { exampleDependencies, nodeFiles } from './targets/node/files.ts';
import { verifyBundle } from './verify.ts';
import { type BundleFile, packZip, renderSums, sha256Of } from './zip.ts';

/** What a bundle's example looks for. */
const postprocess = { ...lookingThresholds, classAware: true } as const;

export interface ExportRequest extends OperationInput<'export'> {
  /** The golden pictures are the sample's, because none were given. */
  readonly imagesAreSample: boolean;
}

/**
 * Packs a model with specification, example, golden pictures and their expected boxes, proves the bundle by verifying it,
 * and only then puts it where it was asked for.
 * @throws StudioError `gate-not-met` when the bundle does not pass its own checks; nothing is written then
 */
export async function exportBundle(request: ExportRequest, context: OperationContext): Promise<ExportReport> {
  const model = await readWholeModel(request.model);
  await refuseOverwrite(model, request.out);
  await requireWritable(request.out);
  const summary = summarize(model);
  const folder = await mkdtemp(join(tmpdir(), 'boxwright-export-'));
  const partial = `${request.out}.${process.pid}.partial`;
  try {
    const { spec, pictures } = await runGolden(request, folder, partOf(context, 0, 0.4));
    context.signal.throwIfAborted();
    const files = await collectFiles(request, model, summary, spec, pictures);
    const zip = await packZip(files);
    await writePartial(partial, zip);
    const verify = await verifyBundle(partial, partOf(context, 0.45, 1));
    if (!verify.ok) {
      const failed = verify.checks.filter((check) => !check.ok);
      throw new StudioError(
        'gate-not-met',
        `The bundle did not pass its own checks, so ${request.out} was not written.`,
        {
          detail: failed.map((check) => `${check.name}: ${check.detail}`).join('\n'),
          hint: failed[0] === undefined ? '' : `${failed[0].name}: ${failed[0].detail}`,
        },
      );
    }
    context.signal.throwIfAborted();
    await rename(partial, request.out);
    return {
      out: request.out,
      bytes: zip.length,
      sha256: sha256Of(zip),
      files: files.map(({ path, content }) => ({ path, bytes: content.byteLength, sha256: sha256Of(content) })),
      verify,
      warnings: goldenWarnings(pictures, request.imagesAreSample),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(partial, { force: true });
  }
}

async function runGolden(
  request: ExportRequest,
  folder: string,
  context: OperationContext,
): Promise<{ spec: DetectorSpec; pictures: GoldenPicture[] }> {
  const detector = await openDetector(request.model, { spec: request.spec });
  try {
    const pictures = await makeGoldenPictures(detector, request.images, postprocess, folder, context);
    return { spec: detector.spec, pictures };
  } finally {
    await detector.close();
  }
}

async function writePartial(partial: string, content: Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(partial));
    await writeFile(partial, content, { flush: true });
  } catch (error) {
    throw new StudioError(
      'file-unwritable',
      `${dirname(partial)} could not be written to (${systemErrorCode(error) ?? 'unknown error'}).`,
      { hint: 'Check that the folder is writable and has space left.', cause: error },
    );
  }
}

/** The model's own bytes, or, where it keeps weights in other files, one file with all of them inside. */
async function modelBytes(model: OnnxModel): Promise<Uint8Array> {
  const { size } = await stat(model.path);
  return size === model.bytes ? readFile(model.path) : encodeModel(model.proto);
}

async function collectFiles(
  request: ExportRequest,
  model: OnnxModel,
  summary: ModelSummary,
  spec: DetectorSpec,
  pictures: readonly GoldenPicture[],
): Promise<BundleFile[]> {
  const content = await modelBytes(model);
  const manifest: BundleManifest = {
    format: 'boxwright-bundle',
    version: 1,
    target: request.target,
    generator: `Boxwright ${version}`,
    name: basename(request.model).replace(/\.onnx$/i, ''),
    license: request.license ?? null,
    model: {
      file: 'model.onnx',
      bytes: content.byteLength,
      sha256: sha256Of(content),
      precision: summary.precision,
      parameters: summary.parameters,
      macs: summary.macs,
      sparsity: summary.sparsity,
      opsets: summary.opsets,
    },
    spec: detectorSpec.parse(spec), // without what only explains how it was found
    postprocess,
    golden: { expected: 'golden/expected.json', tolerance: toleranceFor(summary.precision) },
    provenance: request.provenance ?? {},
    tested: `Node 20, ${Object.entries(exampleDependencies)
      .map(([name, range]) => `${name} ${range}`)
      .join(', ')}; run on the golden pictures when it was made.`,
  };
  const text = (path: string, value: string): BundleFile => ({ path, content: new TextEncoder().encode(value) });
  const files = [
    { path: 'model.onnx', content },
    text('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`),
    text('labels.txt', spec.classNames.map((name) => `${name.replace(/[\r\n]+/g, ' ')}\n`).join('')),
    text('golden/expected.json', `${JSON.stringify(expectationsOf(pictures), null, 2)}\n`),
    ...pictures.map((picture, index) => ({ path: goldenFile(index), content: picture.png })),
    ...nodeFiles(manifest),
  ];
  return [...files, text('SHA256SUMS', renderSums(files))];
}

function goldenWarnings(pictures: readonly GoldenPicture[], areSample: boolean): string[] {
  const warnings: string[] = [];
  if (pictures.every((picture) => picture.detections.length === 0)) {
    const which = areSample ? "the sample's pictures, which were taken because none were given" : 'the pictures given';
    warnings.push(`The model finds nothing on ${which}: the bundle proves that the model runs, not what it finds.`);
  }
  if (pictures.length < 3) {
    warnings.push(`There are only ${pictures.length} golden pictures; three or more prove more.`);
  }
  return warnings;
}
