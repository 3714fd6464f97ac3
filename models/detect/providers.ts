import { create } from '@bufbuild/protobuf';
import { type GraphProto, GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { env, InferenceSession } from 'onnxruntime-node';
import { StudioError } from '../errors.ts';
import { makeNode } from '../graph/nodes.ts';
import { encodeModel } from '../graph/write.ts';
import type { ProviderInfo, ProviderName, ProvidersReport, ProviderUse } from '../types.ts';
import { describeCpu } from './cpu.ts';
import { findProviderFacts } from './providerFacts.ts';
import { type AcceleratedProvider, explainProvider } from './providerReasons.ts';
import { explainLoadError } from './runtimeErrors.ts';

// The runtime reports its use to its makers unless it is told not to before the first session. Nothing leaves this machine.
process.env.ORT_DISABLE_TELEMETRY = '1';

// The runtime would print its warnings on standard error; every fault also arrives as an exception.
env.logLevel = 'fatal';

const acceleratedProviders = ['cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const satisfies AcceleratedProvider[];

/** How a model is to be run. */
export interface SessionRequest {
  readonly provider: ProviderName;
  /** Threads of one run; the runtime takes one per physical core where it is left out. */
  readonly threads?: number | undefined;
  /** Graph optimization of the runtime; `all` where left out. With `disabled` the runtime also copies no weights. */
  readonly optimization?: 'all' | 'extended' | 'basic' | 'disabled' | undefined;
  /** What messages call a model that is given as bytes. */
  readonly name?: string;
  /** Runs on the CPU where the provider is not available, or lacks a part of the model; figures are then marked as invalid. */
  readonly allowFallback?: boolean | undefined;
  /** Where the profile of the session goes, without ending: it is written at `endProfiling`. */
  readonly profilePrefix?: string;
}

/** A model that is open, where it runs, and the milliseconds that opening took. */
export interface OpenSession {
  readonly session: InferenceSession;
  readonly provider: ProviderUse;
  readonly loadMs: number;
}

/** Options of a session for the runtime. @param used the provider to run on */
export function sessionOptions(request: SessionRequest, used: ProviderName): InferenceSession.SessionOptions {
  return {
    executionProviders: [used],
    graphOptimizationLevel: request.optimization ?? 'all',
    logSeverityLevel: 4,
    ...(request.threads === undefined ? {} : { intraOpNumThreads: request.threads }),
    ...(request.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: request.profilePrefix }),
    extra: {
      session: {
        // Else threads of the last run stay busy for a while, waiting for the next, and take the time of other work.
        force_spinning_stop: '1',
        // Else weights are rearranged into a second copy: of gigabytes, where the question is only whether a model opens.
        ...(request.optimization === 'disabled' ? { disable_prepacking: '1' } : {}),
      },
    },
  };
}

/**
 * Opens a model, given as a path or as the bytes of an ONNX file, on the provider that was asked for, or on the CPU where that
 * is not available and a fallback is allowed. The runtime may still give single nodes to the CPU: `confirmProvider` tells.
 * @throws StudioError `provider-unavailable`, `model-unsupported`, `model-corrupt`, `external-data`, `model-not-runnable`
 */
export async function createSession(model: string | Uint8Array, request: SessionRequest): Promise<OpenSession> {
  const name = request.name ?? (typeof model === 'string' ? model : 'The model');
  const use = await chooseProvider(request);
  const started = performance.now();
  const options = sessionOptions(request, use.used);
  try {
    // Two calls, because the overloads take either kind but not their union.
    const session =
      typeof model === 'string'
        ? await InferenceSession.create(model, options)
        : await InferenceSession.create(model, options);
    return { session, provider: use, loadMs: performance.now() - started };
  } catch (error) {
    throw explainLoadError(name, error);
  }
}

/** The provider a session is opened on. @throws StudioError `provider-unavailable` unless a fallback is allowed */
async function chooseProvider({ provider, allowFallback }: SessionRequest): Promise<ProviderUse> {
  if (provider === 'cpu') return { requested: provider, used: provider };
  const { available, why } = await probe(provider);
  if (available) return { requested: provider, used: provider };
  const reason = `The provider ${provider} is not available: ${why}`;
  if (allowFallback === true) return { requested: provider, used: 'cpu', invalidBecause: reason };
  throw new StudioError('provider-unavailable', reason, {
    hint: 'Choose cpu, or run "boxwright providers" to see what this machine has.',
  });
}

/** Every provider the product knows: whether a model can be opened on it here, and if not, why. */
export async function listProviders(): Promise<ProvidersReport> {
  const cpu = await describeCpu();
  const providers: ProviderInfo[] = [{ name: 'cpu', available: true, device: cpu.model }];
  for (const name of acceleratedProviders) providers.push({ name, ...(await probe(name)) });
  return { providers, cpu };
}

type Probe = Omit<ProviderInfo, 'name'>;

const probes = new Map<ProviderName, Probe>();

/** Opens a model of one node on a provider, once per process: the only check that tells the truth. */
async function probe(name: AcceleratedProvider): Promise<Probe> {
  const known = probes.get(name);
  if (known !== undefined) return known;
  const result = await tryProvider(name);
  probes.set(name, result);
  return result;
}

async function tryProvider(name: AcceleratedProvider): Promise<Probe> {
  const facts = findProviderFacts();
  if (!facts.backends.includes(name)) return { available: false, why: explainProvider(name, facts) };
  try {
    const session = await InferenceSession.create(probeModel(), { executionProviders: [name], logSeverityLevel: 4 });
    await session.release();
    const through = name === 'webgpu' && facts.vulkanDrivers.length > 0 ? facts.vulkanDrivers.join(', ') : undefined;
    return { available: true, ...(through === undefined ? {} : { device: `Vulkan (${through})` }) };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { available: false, why: explainProvider(name, facts, failure) };
  }
}

function probeModel(): Uint8Array {
  const value = (name: string) =>
    create(ValueInfoProtoSchema, {
      name,
      type: { value: { case: 'tensorType', value: { elemType: 1, shape: { dim: [oneElement] } } } },
    });
  const oneElement = { value: { case: 'dimValue', value: 1n } } as const;
  const graph: GraphProto = create(GraphProtoSchema, {
    name: 'probe',
    node: [makeNode('Add', ['x', 'x'], ['y'])],
    input: [value('x')],
    output: [value('y')],
  });
  return encodeModel(create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ domain: '', version: 13n }], graph }));
}
