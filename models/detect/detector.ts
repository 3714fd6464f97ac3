import type { InferenceSession } from 'onnxruntime-node';
import { StudioError } from '../errors.ts';
import { refuseGiantTensors } from '../graph/giantTensors.ts';
import { type OnnxModel, readModel, readWholeModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { encodeModel } from '../graph/write.ts';
import type { DetectorSpec, ProviderName } from '../types.ts';
import { exposeTensor, findHiddenGrid, type HiddenGrid, mayHideGrid } from './hiddenGrid.ts';
import { nearestSize } from './inputSize.ts';
import { networkHere } from './network.ts';
import { startNetworkThread } from './networkThread.ts';
import { makePictureDetector, type PictureDetector } from './pictureDetector.ts';
import { confirmProvider } from './placement.ts';
import { createSession, type OpenSession, type SessionRequest, sessionOptions } from './providers.ts';
import { readDetector } from './readDetector.ts';
import { explainLoadError } from './runtimeErrors.ts';
import { makeExtraInputs, makeInputTensor } from './tensorValues.ts';

/** How a model is opened to find boxes. */
export interface DetectorOptions {
  readonly provider?: ProviderName | undefined;
  readonly threads?: number | undefined;
  /** Runs on the CPU what the provider cannot run, and says so in the detector's `provider`. */
  readonly allowFallback?: boolean | undefined;
  /** Looks into the graph for the cells of boxes that it selects itself. Costs a little time on every run. */
  readonly grid?: boolean | undefined;
  /** A file that corrects how the model is read; else what is kept beside it. */
  readonly spec?: string | undefined;
}

/** A detector whose network runs on this thread. */
export interface Detector extends PictureDetector {
  readonly loadMs: number;
  readonly session: InferenceSession;
  /**
   * The same detector with its network on a thread of its own, in place of this one, which is closed: pictures are then
   * decoded, prepared and read while the network runs.
   */
  moveToThread(): Promise<PictureDetector>;
}

/**
 * Opens a model file as a detector.
 * @throws StudioError `not-a-detector` with the reason, and what `readModel`, `createSession` and `confirmProvider` throw
 */
export async function openDetector(path: string, options: DetectorOptions = {}): Promise<Detector> {
  const model = await readModel(path);
  const shapes = inferShapes(model.proto);
  const recognition = await readDetector(model, { spec: options.spec, shapes });
  refuseGiantTensors(path, model.proto, shapes);
  if ('reason' in recognition) {
    // A file that the runtime refuses has the deeper fault: that one is named rather than its head.
    const { session } = await createSession(path, { ...sessionRequest(path, options), optimization: 'disabled' });
    await session.release();
    throw new StudioError('not-a-detector', `${path} is not run as a detector because ${recognition.reason}.`, {
      hint: 'The README lists the detectors that are read; a specification of yours (--spec) may help with others.',
    });
  }
  const { reading } = recognition;
  const hidden = options.grid === true && mayHideGrid(reading) ? findHiddenGrid(model.proto, reading) : null;
  const file = hidden === null ? path : await withExposed(path, model, hidden.tensor);
  const request = sessionRequest(path, options);
  const parts = { model: file, request, spec: reading, hidden };
  return openParts(path, parts);
}

/** The bytes of a model that gives one of its inner tensors as well. */
async function withExposed(path: string, model: OnnxModel, tensor: string): Promise<Uint8Array> {
  // Bytes have no folder that external weights could lie in.
  const { proto } = model.externalFiles.length === 0 ? model : await readWholeModel(path);
  exposeTensor(proto, tensor);
  return encodeModel(proto);
}

/** Opens a detector that is not on disk: the bytes of an ONNX file without external data, read as `spec` says. */
export async function openDetectorFromProto(
  bytes: Uint8Array,
  spec: DetectorSpec,
  options: DetectorOptions & { readonly name?: string } = {},
): Promise<Detector> {
  const name = options.name ?? 'The model';
  const request = sessionRequest(name, options);
  const parts = { model: bytes, request, spec, hidden: null };
  return openParts(name, parts);
}

function sessionRequest(name: string, options: DetectorOptions): SessionRequest {
  const { provider = 'cpu', threads, allowFallback } = options;
  return { provider, threads, allowFallback, name };
}

/** A session that no detector comes of is closed. */
async function openParts(path: string, parts: NetworkParts): Promise<Detector> {
  const opened = await openConfirmed(parts);
  try {
    return makeDetector(path, parts, opened);
  } catch (error) {
    await opened.session.release();
    throw error;
  }
}

/** Opens a session of which is known where its nodes run; where another provider than the CPU is asked for, that takes a run. */
async function openConfirmed({ model, request, spec }: NetworkParts): Promise<OpenSession> {
  const opened = await createSession(model, request);
  const [height, width] = spec.input.size;
  const makeFeeds = () => ({
    ...makeExtraInputs(spec),
    [spec.input.name]: makeInputTensor(new Float32Array(3 * height * width), spec),
  });
  return { ...opened, provider: await confirmProvider(model, request, opened, makeFeeds) };
}

/** What a network of a detector runs on. */
interface NetworkParts {
  readonly model: string | Uint8Array;
  readonly request: SessionRequest;
  readonly spec: DetectorSpec;
  readonly hidden: HiddenGrid | null;
}

function makeDetector(path: string, parts: NetworkParts, { session, provider, loadMs }: OpenSession): Detector {
  const { spec } = parts;
  checkSize(path, spec, session);
  const names = spec.outputs.map(({ name }) => name);
  const outputs = parts.hidden === null ? names : [...names, parts.hidden.tensor];
  const extra = makeExtraInputs(spec);
  const here = networkHere(session, spec.input.name, extra, outputs);
  return {
    ...makePictureDetector(path, spec, parts.hidden, provider, here),
    loadMs,
    session,
    async moveToThread() {
      const { model, request } = parts;
      const options = sessionOptions(request, provider.used);
      await session.release(); // so that the weights are in memory once
      try {
        const thread = await startNetworkThread(model, options, spec.input.name, extra, outputs);
        return makePictureDetector(path, spec, parts.hidden, provider, thread);
      } catch (error) {
        throw explainLoadError(path, error);
      }
    },
  };
}

/**
 * Whether the file takes pictures of the size that the specification gives.
 * @throws StudioError `bad-input` where the file fixes another, or where it is no multiple of the strides
 */
function checkSize(path: string, spec: DetectorSpec, session: InferenceSession): void {
  const declared = session.inputMetadata.find(({ name }) => name === spec.input.name);
  if (declared?.isTensor !== true || declared.shape.length !== 4) return;
  const first = spec.input.layout === 'NCHW' ? 2 : 1;
  const sideAt = (axis: number) => {
    const dim = declared.shape[first + axis];
    // Open dimensions have a name or a negative number.
    return typeof dim === 'number' && dim > 0 ? dim : null;
  };
  const { size, step } = nearestSize(spec, [sideAt(0), sideAt(1)]);
  const { input } = spec;
  if (size.every((side, axis) => side === input.size[axis])) return;
  throw new StudioError('bad-input', `${path} cannot run at ${input.size[1]} x ${input.size[0]}.`, {
    hint: `The nearest size it takes is ${size[1]} x ${size[0]}${input.dynamicSize ? `: both sides must be multiples of ${step}` : ''}.`,
  });
}
