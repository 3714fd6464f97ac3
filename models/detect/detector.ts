import type { InferenceSession } from 'onnxruntime-node';
import { StudioError } from '../errors.ts';
import { boxAt, clipBox } from '../geometry/box.ts';
import { selectDetections } from '../geometry/nms.ts';
import { refuseGiantTensors } from '../graph/giantTensors.ts';
import { type OnnxModel, readModel, readWholeModel } from '../graph/read.ts';
import { inferShapes } from '../graph/shapes.ts';
import { encodeModel } from '../graph/write.ts';
import type {
  CandidateSet,
  Detection,
  DetectorSpec,
  GridLevel,
  Placement,
  ProviderName,
  ProviderUse,
  StepTimes,
} from '../types.ts';
import { readCandidates, unknownLevel } from './candidates.ts';
import { heads } from './heads/registry.ts';
import { exposeTensor, findHiddenGrid, type HiddenGrid, mayHideGrid, placeInHiddenGrid } from './hiddenGrid.ts';
import type { DecodedImage } from './image.ts';
import { nearestSize } from './inputSize.ts';
import { confirmProvider } from './placement.ts';
import { prepareInput } from './preprocess.ts';
import { createSession, type OpenSession, type SessionRequest } from './providers.ts';
import { readDetector } from './readDetector.ts';
import { explainRunError, withFileName } from './runtimeErrors.ts';
import { makeExtraInputs, makeInputTensor, readOutputValues } from './tensorValues.ts';

/** Candidates scored lower than this are of no use to a viewer; measuring asks for less. */
export const viewingFloor = 0.01;

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

export interface SelectionSettings {
  /** 0..1; scores must be above it. */
  readonly confidence: number;
  /** 0..1; boxes of one class may overlap by this much. */
  readonly iou: number;
  readonly maxDetections: number;
  /** One box may count for several classes: on for measuring, off for looking. */
  readonly multiLabel: boolean;
}

type RunTimes = Omit<StepTimes, 'decode'>;

interface Found {
  readonly candidates: CandidateSet;
  /** The levels that the candidates' cells lie in; empty for heads that select boxes in the graph. */
  readonly sizes: readonly { readonly stride: number }[];
  readonly readLevels: () => readonly GridLevel[];
  readonly placement: Placement;
  /** Milliseconds. */
  readonly ms: RunTimes;
}

interface Candidates extends Pick<Found, 'candidates' | 'placement' | 'ms'> {
  /** With the heat of every cell; empty for heads that select boxes in the graph. */
  readonly levels: readonly GridLevel[];
}

/** A model that is open and ready to find boxes. Calls that overlap wait for each other. */
export interface Detector {
  /** The file, or the name of a model that is not on disk. */
  readonly path: string;
  readonly spec: DetectorSpec;
  readonly provider: ProviderUse;
  readonly loadMs: number;
  readonly session: InferenceSession;
  /** Everything the network predicts above `floor` (0.01 unless given), before selection; boxes in image pixels. */
  candidatesOf(image: DecodedImage, floor?: number, multiLabel?: boolean): Promise<Candidates>;
  /**
   * The selected boxes, best first, clipped to the picture.
   * @param whenRan is called when the network is done and its outputs are not read yet: other threads have time then
   */
  detect(
    image: DecodedImage,
    settings: SelectionSettings,
    whenRan?: () => void,
  ): Promise<{ detections: Detection[]; ms: RunTimes }>;
  /** Runs prepared input values (as from `prepareInput`) and gives all outputs. */
  runInput(data: Float32Array): Promise<InferenceSession.OnnxValueMapType>;
  close(): Promise<void>;
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
  return makeDetector(path, reading, await openConfirmed(file, reading, sessionRequest(path, options)), hidden);
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
  return makeDetector(name, spec, await openConfirmed(bytes, spec, sessionRequest(name, options)));
}

function sessionRequest(name: string, options: DetectorOptions): SessionRequest {
  const { provider = 'cpu', threads, allowFallback } = options;
  return { provider, threads, allowFallback, name };
}

/** Opens a session of which is known where its nodes run; where another provider than the CPU is asked for, that takes a run. */
async function openConfirmed(
  model: string | Uint8Array,
  spec: DetectorSpec,
  request: SessionRequest,
): Promise<OpenSession> {
  const opened = await createSession(model, request);
  const [height, width] = spec.input.size;
  const makeFeeds = () => ({
    ...makeExtraInputs(spec),
    [spec.input.name]: makeInputTensor(new Float32Array(3 * height * width), spec),
  });
  return { ...opened, provider: await confirmProvider(model, request, opened, makeFeeds) };
}

function makeDetector(
  path: string,
  spec: DetectorSpec,
  { session, provider, loadMs }: OpenSession,
  hidden: HiddenGrid | null = null,
): Detector {
  checkSize(path, spec, session);
  const [height, width] = spec.input.size;
  const input = new Float32Array(3 * height * width);
  let held: Placement | undefined;
  const decoder = heads[spec.family].makeDecoder(spec);
  const outputNames = spec.outputs.map(({ name }) => name);
  const extra = makeExtraInputs(spec);

  const run = async (data: Float32Array, outputs?: readonly string[]) => {
    const feeds = { ...extra, [spec.input.name]: makeInputTensor(data, spec) };
    try {
      return outputs === undefined ? await session.run(feeds) : await session.run(feeds, outputs);
    } catch (error) {
      throw explainRunError(path, error);
    }
  };

  const valuesOf = (outputs: InferenceSession.OnnxValueMapType, name: string) =>
    readOutputValues(path, name, outputs[name], spec.input.batch);

  // One picture at a time, because the input buffer is reused.
  let turn: Promise<unknown> = Promise.resolve();
  const takeTurn = (image: DecodedImage, floor: number, multiLabel: boolean, whenRan?: () => void): Promise<Found> => {
    const result = turn
      .then(() => findCandidates(image, floor, multiLabel, whenRan))
      .catch((error: unknown) => {
        throw withFileName(path, error);
      });
    turn = result.catch(() => undefined); // the caller gets the fault; the next picture is not concerned
    return result;
  };

  const findCandidates = async (
    image: DecodedImage,
    floor: number,
    multiLabel: boolean,
    whenRan?: () => void,
  ): Promise<Found> => {
    const started = performance.now();
    const { data, placement } = prepareInput(image, spec, input, held);
    held = placement;
    const prepared = performance.now();
    const outputs = await run(data, hidden === null ? outputNames : [...outputNames, hidden.tensor]);
    const ran = performance.now();
    whenRan?.();
    const values = outputNames.map((name) => valuesOf(outputs, name));
    const { candidates, readLevels } = readCandidates(values, decoder, spec, placement, floor, multiLabel);
    const placed =
      hidden === null ? null : placeInHiddenGrid(hidden, valuesOf(outputs, hidden.tensor), candidates, spec, placement);
    const found =
      placed === null
        ? { candidates, sizes: decoder.levels, readLevels }
        : { candidates: placed.candidates, sizes: placed.levels, readLevels: () => placed.levels };
    const ms = { preprocess: prepared - started, inference: ran - prepared, postprocess: performance.now() - ran };
    return { ...found, placement, ms };
  };

  return {
    path,
    spec,
    provider,
    loadMs,
    session,
    async candidatesOf(image, floor = viewingFloor, multiLabel = false) {
      const { candidates, placement, ms, readLevels } = await takeTurn(image, floor, multiLabel);
      const started = performance.now();
      const levels = readLevels();
      const postprocess = ms.postprocess + performance.now() - started;
      return { candidates, placement, levels, ms: { ...ms, postprocess } };
    },
    runInput: (data) => run(data),
    async detect(image, settings, whenRan) {
      const { candidates, sizes, ms } = await takeTurn(image, settings.confidence, settings.multiLabel, whenRan);
      const started = performance.now();
      const detections = selectBoxes(candidates, sizes, spec, image, settings);
      return { detections, ms: { ...ms, postprocess: ms.postprocess + performance.now() - started } };
    },
    async close() {
      await session.release();
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

/** Selects among candidates and describes each kept one. */
export function selectBoxes(
  candidates: CandidateSet,
  levels: readonly { readonly stride: number }[],
  spec: DetectorSpec,
  { width, height }: { readonly width: number; readonly height: number },
  { confidence, iou, maxDetections }: Omit<SelectionSettings, 'multiLabel'>,
): Detection[] {
  const options = { confidence, iou, maxDetections, nms: !spec.nmsInGraph, width, height };
  return Array.from(selectDetections(candidates, options).kept, (index) => {
    const classId = candidates.classIds[index] ?? 0;
    const level = levels[candidates.levels[index] ?? unknownLevel];
    const place = { row: candidates.rows[index] ?? 0, column: candidates.columns[index] ?? 0 };
    const anchor = spec.anchorsPerCell > 1 ? { anchor: candidates.anchors[index] ?? 0 } : {};
    return {
      classId,
      className: spec.classNames[classId] ?? `class ${classId}`,
      score: candidates.scores[index] ?? 0,
      box: clipBox(boxAt(candidates.boxes, index), width, height),
      ...(level === undefined ? {} : { cell: { stride: level.stride, ...place, ...anchor } }),
    };
  });
}
