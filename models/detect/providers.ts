import { create } from '@bufbuild/protobuf';
import { type GraphProto, GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { env, InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { StudioError } from '../errors.ts';
import { makeNode } from '../graph/nodes.ts';
import { encodeModel } from '../graph/write.ts';
import type { ProviderInfo, ProviderName, ProvidersReport, ProviderUse } from '../types.ts';
import { describeCpu } from './cpu.ts';
import { explainLoadError } from './runtimeErrors.ts';

// The runtime reports its use to its makers unless it is told not to before the first session. Nothing leaves this machine.
process.env.ORT_DISABLE_TELEMETRY = '1';

// The runtime would print its warnings on standard error; every fault also arrives as an exception.
env.logLevel = 'fatal';

/** What a provider other than the CPU needs. */
const needs = {
  cuda: 'It needs an NVIDIA card with its driver, CUDA 12 and cuDNN 9, and the libraries that "npm run cuda" fetches.',
  tensorrt: 'It needs an NVIDIA card with its driver, TensorRT 10, and the libraries that "npm run cuda" fetches.',
  dml: 'DirectML needs Windows and a DirectX 12 graphics card.',
  coreml: 'Core ML needs macOS.',
  webgpu: 'It needs a graphics card with a Vulkan, Metal or Direct3D 12 driver.',
} as const satisfies Record<Exclude<ProviderName, 'cpu'>, string>;

const acceleratedProviders = ['cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;

export interface SessionRequest {
  readonly provider: ProviderName;
  /** Threads of one run; the runtime takes one per physical core where it is left out. */
  readonly threads?: number | undefined;
  /** Graph optimization of the runtime; `all` where left out. With `disabled` the runtime also copies no weights. */
  readonly optimization?: 'all' | 'extended' | 'basic' | 'disabled' | undefined;
  /** What messages call a model that is given as bytes. */
  readonly name?: string;
}

export interface OpenSession {
  readonly session: InferenceSession;
  readonly provider: ProviderUse;
  readonly loadMs: number;
}

/**
 * Opens a model, given as a path or as the bytes of an ONNX file, on exactly the provider that was asked for: there is
 * no silent fallback.
 * @throws StudioError `provider-unavailable`, `model-unsupported`, `model-corrupt`, `external-data`, `model-not-runnable`
 */
export async function createSession(model: string | Uint8Array, request: SessionRequest): Promise<OpenSession> {
  const name = request.name ?? (typeof model === 'string' ? model : 'The model');
  const { provider } = request;
  if (provider !== 'cpu') {
    const found = await probe(provider);
    if (!found.available) {
      throw new StudioError('provider-unavailable', `The provider ${provider} is not available: ${found.why}`, {
        hint: 'Choose cpu, or run "boxwright providers" to see what this machine has.',
      });
    }
  }
  const started = performance.now();
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: request.optimization ?? 'all',
    logSeverityLevel: 4,
    ...(request.threads === undefined ? {} : { intraOpNumThreads: request.threads }),
    // Without it, weights are rearranged into a second copy: of gigabytes, where the question is only whether a model opens.
    ...(request.optimization === 'disabled' ? { extra: { session: { disable_prepacking: '1' } } } : {}),
  };
  try {
    // Two calls, because the overloads take either kind but not their union.
    const session =
      typeof model === 'string'
        ? await InferenceSession.create(model, options)
        : await InferenceSession.create(model, options);
    return { session, provider: { requested: provider, used: provider }, loadMs: performance.now() - started };
  } catch (error) {
    throw explainLoadError(name, error);
  }
}

/** Every provider the product knows: whether a model can be opened on it here, and if not, why. */
export async function listProviders(): Promise<ProvidersReport> {
  const cpu = await describeCpu();
  const providers: ProviderInfo[] = [{ name: 'cpu', available: true, device: cpu.model }];
  for (const name of acceleratedProviders) providers.push({ name, ...(await probe(name)) });
  return { providers, cpu };
}

const probes = new Map<ProviderName, { available: boolean; why?: string }>();

/** Opens a model of one node on a provider, once per process: the only check that tells the truth. */
async function probe(name: (typeof acceleratedProviders)[number]): Promise<{ available: boolean; why?: string }> {
  const known = probes.get(name);
  if (known !== undefined) return known;
  const result = await tryProvider(name);
  probes.set(name, result);
  return result;
}

async function tryProvider(name: (typeof acceleratedProviders)[number]): Promise<{ available: boolean; why?: string }> {
  if (!listSupportedBackends().some((backend) => backend.name === name)) {
    return { available: false, why: `The runtime for ${process.platform} ${process.arch} lacks it. ${needs[name]}` };
  }
  try {
    const session = await InferenceSession.create(probeModel(), { executionProviders: [name], logSeverityLevel: 4 });
    await session.release();
    return { available: true };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const reason = /shared library/.test(text)
      ? 'Its libraries are not installed.'
      : /adapter/.test(text)
        ? 'No graphics adapter was found.'
        : `It did not start (${text.split('\n')[0]?.slice(0, 200)}).`;
    return { available: false, why: `${reason} ${needs[name]}` };
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
