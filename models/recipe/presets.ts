import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EngineOperations, type OperationContext, type OperationInput, operationInputs } from '../api.ts';
import { describeDevice } from '../compare/device.ts';
import { countRuntimeThreads } from '../detect/cpu.ts';
import { isCancellation, StudioError } from '../errors.ts';
import { formatQuantity } from '../format.ts';
import { readModel } from '../graph/read.ts';
import { partOf } from '../progress.ts';
import { evenlySpread } from '../quantize/samples.ts';
import type { Recipe } from '../recipeSchema.ts';
import type { BenchmarkReport, PresetCandidate, PresetsReport, ProviderName } from '../types.ts';
import type { StepOperations } from './applyStep.ts';
import { choosePreset } from './choosePreset.ts';
import { derive } from './derive.ts';
import { describeStep } from './describeStep.ts';
import { type CandidateRecipe, presetCandidates } from './presetCandidates.ts';

type PresetOperations = StepOperations & Pick<EngineOperations, 'benchmark' | 'providers'>;

/** Which GPU provider is asked first. */
const gpuProviders = ['tensorrt', 'cuda', 'dml', 'coreml', 'webgpu'] as const satisfies ProviderName[];

/** A candidate with the file that was made of it. */
interface Tried {
  readonly plan: CandidateRecipe;
  readonly path: string;
  readonly result: PresetCandidate;
}

/**
 * Chooses a recipe for every aim by really applying some here and measuring what comes of them: boxes on the pictures, bytes, and
 * median run times, all models in turn. What is made for it is deleted again.
 * @param images pictures, as files
 * @throws StudioError about the model or the pictures; a candidate that cannot be made is reported, not thrown
 */
export async function measurePresets(
  operations: PresetOperations,
  input: OperationInput<'presets'>,
  images: readonly string[],
  context: OperationContext,
): Promise<PresetsReport> {
  const pictures = evenlySpread(images, input.samples);
  const { bytes } = await readModel(input.model);
  const folder = await mkdtemp(join(tmpdir(), 'boxwright-presets-'));
  try {
    const wanted = presetCandidates(1 - input.minAgreement).filter(({ presets }) =>
      presets.some((name) => input.only.includes(name)),
    );
    const tried = await tryAll(operations, { input, folder, pictures, wanted }, partOf(context, 0, 0.8));
    const timing = await timeAll(operations, input, tried, 'cpu', partOf(context, 0.8, 0.95, 'Measuring speed'));
    const gpu = input.only.includes('gpu-fp16')
      ? await timeOnGpu(operations, input, tried, partOf(context, 0.95, 1, 'Measuring on the GPU'))
      : { unavailable: 'It was not asked for.' };
    const { cpu } = await operations.providers({}, context);
    const p50 = timing?.models[0]?.latency.p50;
    const threads = input.threads ?? (await countRuntimeThreads());
    const baseline = { bytes, ...(p50 === undefined ? {} : { p50 }) };
    const gpuTimes = 'report' in gpu ? gpu.report : undefined;
    const onGpu =
      'report' in gpu ? { provider: gpu.provider, p50: gpu.report.models[0]?.latency.p50 ?? Number.NaN } : gpu;
    const presets = input.only.map((name) => {
      const own = tried.filter(({ plan }) => plan.presets.includes(name));
      const candidates = own.map((candidate) => withTimes(candidate, name === 'gpu-fp16' ? gpuTimes : timing));
      return choosePreset(name, { candidates, minAgreement: input.minAgreement, baseline, cpu, gpu: onGpu });
    });
    context.report({ step: 'Done', fraction: 1 });
    return {
      model: input.model,
      baseline,
      presets,
      minAgreement: input.minAgreement,
      device: timing?.device ?? describeDevice(cpu, [], threads),
      threads,
      images: pictures.length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Trials {
  readonly input: OperationInput<'presets'>;
  readonly folder: string;
  readonly pictures: readonly string[];
  readonly wanted: readonly CandidateRecipe[];
}

/** Makes the candidates, leaving out those that others have made needless. */
async function tryAll(operations: PresetOperations, trials: Trials, context: OperationContext): Promise<Tried[]> {
  const { wanted } = trials;
  const tried: Tried[] = [];
  const keepsBoxes = (name: string) =>
    tried.some(({ plan, result }) => plan.name === name && result.refused === undefined);
  for (const [index, plan] of wanted.entries()) {
    const known = (name: string) => wanted.some((other) => other.name === name);
    const isWorth = (plan.after ?? []).every((name) => !known(name) || keepsBoxes(name));
    const isNeeded = plan.instead === undefined || !keepsBoxes(plan.instead);
    if (!isWorth || !isNeeded) continue;
    context.signal.throwIfAborted();
    const path = join(trials.folder, `${index + 1}.onnx`);
    const part = partOf(context, index / wanted.length, (index + 1) / wanted.length, nameOf(plan));
    tried.push({ plan, path, result: await tryOne(operations, trials, plan, path, part) });
  }
  return tried;
}

const nameOf = ({ steps }: Pick<CandidateRecipe, 'steps'>) => `Trying: ${steps.map(describeStep).join(', then ')}`;

async function tryOne(
  operations: PresetOperations,
  { input, pictures }: Trials,
  { steps }: CandidateRecipe,
  out: string,
  context: OperationContext,
): Promise<PresetCandidate> {
  const { model, spec, minAgreement } = input;
  const recipe: Recipe = { version: 1, steps: [...steps] };
  try {
    const request = { model, spec, recipe, out, data: [...pictures], recalibrate: false, gate: false };
    const { after, agreement, steps: done } = await derive(operations, request, pictures, context);
    const changes = done.filter(({ unchanged }) => unchanged !== true).map(({ step }) => step);
    if (changes.length === 0) return { recipe, refused: 'It changes nothing in this model.' };
    const { parameters, macs, bytes } = after;
    const made = { recipe: { ...recipe, steps: changes }, figures: { parameters, macs, bytes } };
    if (agreement === undefined) return { ...made, refused: 'Its boxes could not be compared.' };
    if (agreement.matched + agreement.lost === 0) throw nothingFound(model, agreement.images);
    if (agreement.f1 >= minAgreement) return { ...made, agreement };
    return { ...made, agreement, refused: `It loses boxes: F1 ${agreement.f1.toFixed(3)} with the model.` };
  } catch (error) {
    if (!(error instanceof StudioError) || isCancellation(error) || error.code === 'no-images') throw error;
    return { recipe, refused: error.message };
  }
}

function nothingFound(model: string, pictures: number): StudioError {
  return new StudioError(
    'no-images',
    `${model} finds nothing on the ${formatQuantity(pictures, 'picture')}, so nothing can tell whether a variant keeps its boxes.`,
    { hint: 'Give pictures with things that the model knows.' },
  );
}

/** Times the model and what was made of it on a provider, all in turn; undefined where nothing was made. */
async function timeAll(
  operations: PresetOperations,
  { model, spec, threads, runs }: OperationInput<'presets'>,
  tried: readonly Tried[],
  provider: ProviderName,
  context: OperationContext,
): Promise<BenchmarkReport | undefined> {
  const paths = tried.filter(({ result }) => result.figures !== undefined).map(({ path }) => path);
  if (paths.length === 0) return undefined;
  const request = { models: [model, ...paths], spec, threads, runs, provider };
  return operations.benchmark(operationInputs.benchmark.parse(request), context);
}

type GpuTimes =
  | { readonly provider: ProviderName; readonly report: BenchmarkReport }
  | { readonly unavailable: string };

/** The same for half precision on the first GPU provider that is there, or why there are no times. */
async function timeOnGpu(
  operations: PresetOperations,
  input: OperationInput<'presets'>,
  tried: readonly Tried[],
  context: OperationContext,
): Promise<GpuTimes> {
  const { providers } = await operations.providers({}, context);
  const provider = gpuProviders.find((name) => providers.some((other) => other.name === name && other.available));
  if (provider === undefined) return { unavailable: 'No GPU provider is available here.' };
  const half = tried.filter(({ plan }) => plan.presets.includes('gpu-fp16'));
  try {
    const report = await timeAll(operations, input, half, provider, context);
    return report === undefined ? { unavailable: 'Nothing was made that could be timed.' } : { provider, report };
  } catch (error) {
    if (!(error instanceof StudioError) || isCancellation(error)) throw error;
    return { unavailable: error.message };
  }
}

function withTimes({ path, result }: Tried, report: BenchmarkReport | undefined): PresetCandidate {
  const base = report?.models[0]?.latency.p50;
  const p50 = report?.models.find((model) => model.path === path)?.latency.p50;
  return base === undefined || p50 === undefined ? result : { ...result, p50, speedup: base / p50 };
}
