import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import type { OperationContext } from '../api.ts';
import { openDetectorFromProto } from '../detect/detector.ts';
import { decodeImage } from '../detect/image.ts';
import { isCancellation, StudioError } from '../errors.ts';
import { readModel } from '../graph/read.ts';
import type { BundleCheck, VerifyReport } from '../types.ts';
import { goldenDifferences } from './golden.ts';
import { type BundleManifest, type Expectations, expectationsSchema, manifestSchema } from './manifest.ts';
import { runNodeExample } from './targets/node/child.ts';
import { nodePrograms } from './targets/node/files.ts';
import { type UnpackedFile, unpackBundle } from './unpack.ts';
import { sha256Of } from './zip.ts';

/** Longest manifest or list of expected boxes, bytes. */
const maximumJson = 64 * 2 ** 20;

/**
 * Checks a bundle from anywhere: archive, hashes, manifest, model, and whether both this engine and the bundle's own
 * example find on the golden pictures what they should. The example is run in a process of its own, and only when its text
 * is byte for byte what this version writes: a stranger's code is never executed.
 * @throws StudioError `file-not-found`, `file-unreadable` where there is no file to check
 */
export async function verifyBundle(path: string, context: OperationContext): Promise<VerifyReport> {
  const folder = await mkdtemp(join(tmpdir(), 'boxwright-verify-'));
  try {
    const checks = await runChecks(path, folder, context);
    return { ok: checks.every((check) => check.ok), checks };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const checkNames = [
  'archive',
  'hashes',
  'manifest',
  'model',
  'golden pictures, engine',
  'golden pictures, example',
] as const;

/** Thrown inside a check to fail it with an explanation. */
function fail(detail: string): never {
  throw new StudioError('bundle-invalid', detail);
}

async function runChecks(path: string, folder: string, context: OperationContext): Promise<BundleCheck[]> {
  const checks: BundleCheck[] = [];
  /** Runs one check unless an earlier one failed; what it returns is the detail and what later checks build on. */
  const check = async <Result>(run: () => Promise<{ detail: string; result: Result }>): Promise<Result | null> => {
    const name = checkNames[checks.length] ?? 'check';
    context.signal.throwIfAborted();
    context.report({ step: `Checking ${name}`, fraction: checks.length / checkNames.length });
    if (checks.some((earlier) => !earlier.ok)) {
      checks.push({ name, ok: false, detail: 'not run, because an earlier check failed' });
      return null;
    }
    try {
      const { detail, result } = await run();
      checks.push({ name, ok: true, detail });
      return result;
    } catch (error) {
      if (!(error instanceof StudioError) || isCancellation(error)) throw error;
      if (error.code === 'file-not-found' || error.code === 'file-unreadable') throw error;
      checks.push({ name, ok: false, detail: error.message.replaceAll(`${folder}/`, '') });
      return null;
    }
  };

  const files = await check(async () => {
    const result = await unpackBundle(path, folder, context.signal);
    return { detail: `${result.length} files, none leaves its folder`, result };
  });
  await check(async () => ({ detail: await checkHashes(folder, files ?? []), result: true }));
  const read = await check(async () => checkManifest(folder, files ?? []));
  await check(async () => ({ detail: await checkModel(folder, read?.manifest), result: true }));
  await check(async () => ({ detail: await checkEngine(folder, read, context), result: true }));
  await check(async () => ({ detail: await checkExample(folder, files ?? [], context), result: true }));
  context.report({ step: 'Done', fraction: 1 });
  return checks;
}

async function checkHashes(folder: string, files: readonly UnpackedFile[]): Promise<string> {
  const sums = new Map<string, string>();
  const listed = files.find((file) => file.path === 'SHA256SUMS');
  if (listed === undefined || listed.bytes > maximumJson) fail('the bundle has no SHA256SUMS');
  for (const line of (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).split(/\r?\n/)) {
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) sums.set(match[2], match[1]);
  }
  const contents = files.filter((file) => file.path !== 'SHA256SUMS');
  for (const file of contents) {
    const sum = sums.get(file.path);
    if (sum === undefined) fail(`${file.path} is not listed in SHA256SUMS`);
    if (sum !== file.sha256) fail(`${file.path} was changed: its SHA-256 is not the listed one`);
    sums.delete(file.path);
  }
  for (const missing of sums.keys()) fail(`${missing} is listed in SHA256SUMS and missing`);
  return `SHA-256 of all ${contents.length} files`;
}

async function readJson<Value>(
  folder: string,
  files: readonly UnpackedFile[],
  path: string,
  schema: z.ZodType<Value>,
): Promise<Value> {
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) fail(`${path} is missing`);
  if (file.bytes > maximumJson) fail(`${path} is larger than ${maximumJson} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, path), 'utf8'));
  } catch {
    fail(`${path} is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail(`${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
}

interface ReadBundle {
  readonly manifest: BundleManifest;
  readonly expectations: Expectations;
}

async function checkManifest(
  folder: string,
  files: readonly UnpackedFile[],
): Promise<{ detail: string; result: ReadBundle }> {
  const manifest = await readJson(folder, files, 'manifest.json', manifestSchema);
  const model = files.find((file) => file.path === manifest.model.file);
  if (model === undefined) fail(`the manifest names ${manifest.model.file}, which is missing`);
  if (model.sha256 !== manifest.model.sha256) fail(`${manifest.model.file} is not the model the manifest describes`);
  const expectations = await readJson(folder, files, manifest.golden.expected, expectationsSchema);
  for (const picture of expectations.pictures) {
    if (!files.some((file) => file.path === picture.file)) fail(`the golden picture ${picture.file} is missing`);
  }
  const { family, classes } = manifest.spec;
  return {
    detail: `${manifest.name}: ${family}, ${classes} classes, ${expectations.pictures.length} golden pictures`,
    result: { manifest, expectations },
  };
}

async function checkModel(folder: string, manifest: BundleManifest | undefined): Promise<string> {
  if (manifest === undefined) fail('there is no manifest');
  const model = await readModel(join(folder, manifest.model.file));
  if (model.bytes !== manifest.model.bytes) fail('the model keeps weights outside its file, which a bundle must not');
  const input = model.proto.graph?.input.find(({ name }) => name === manifest.spec.input.name);
  if (input === undefined) fail(`the model has no input "${manifest.spec.input.name}"`);
  return `reads well: ${model.proto.graph?.node.length ?? 0} nodes`;
}

/** One sentence on what was found, or an error that names the first difference. */
async function checkEngine(folder: string, read: ReadBundle | null, context: OperationContext): Promise<string> {
  if (read === null) fail('there is no manifest');
  const { manifest, expectations } = read;
  const bytes = await readFile(join(folder, manifest.model.file));
  const detector = await openDetectorFromProto(bytes, manifest.spec, { name: manifest.model.file });
  try {
    let boxes = 0;
    for (const picture of expectations.pictures) {
      context.signal.throwIfAborted();
      const image = await decodeImage(join(folder, picture.file));
      const { detections } = await detector.detect(image, { ...manifest.postprocess, multiLabel: false });
      const { tolerance } = manifest.golden;
      const [problem] = goldenDifferences(picture.detections, detections, tolerance, manifest.postprocess.confidence);
      if (problem !== undefined) fail(`${picture.file}: ${problem}`);
      boxes += detections.length;
    }
    const { box, score } = manifest.golden.tolerance;
    return `${expectations.pictures.length} pictures, ${boxes} boxes within ${box} px and ${score} of score`;
  } finally {
    await detector.close();
  }
}

async function checkExample(
  folder: string,
  files: readonly UnpackedFile[],
  context: OperationContext,
): Promise<string> {
  for (const [path, text] of Object.entries(nodePrograms)) {
    const file = files.find((candidate) => candidate.path === path);
    if (file === undefined) fail(`${path} is missing`);
    if (file.sha256 !== sha256Of(text)) {
      fail(`not run: ${path} is not the program this version writes, and other code is never executed`);
    }
  }
  const run = await runNodeExample(folder, context.signal);
  if (!run.ok) fail(run.summary);
  return run.summary;
}
