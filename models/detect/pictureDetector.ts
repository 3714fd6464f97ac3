import type { Tensor } from 'onnxruntime-node';
import { boxAt, clipBox } from '../geometry/box.ts';
import { classNameOf } from '../geometry/classMap.ts';
import { selectDetections } from '../geometry/nms.ts';
import type { CandidateSet, Detection, DetectorSpec, GridLevel, Placement, ProviderUse, StepTimes } from '../types.ts';
import { readCandidates, unknownLevel } from './candidates.ts';
import { heads } from './heads/registry.ts';
import { type HiddenGrid, placeInHiddenGrid } from './hiddenGrid.ts';
import type { DecodedImage } from './image.ts';
import type { Network, NetworkRun, Outputs } from './network.ts';
import { prepareInput } from './preprocess.ts';
import { explainRunError, withFileName } from './runtimeErrors.ts';
import { makeInputTensor, readOutputValues } from './tensorValues.ts';

/** Candidates scored lower than this are of no use to a viewer; measuring asks for less. */
export const viewingFloor = 0.01;

/** Which of the predictions become boxes. */
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

/** A model that is open and ready to find boxes in pictures. */
export interface PictureDetector {
  /** The file, or the name of a model that is not on disk. */
  readonly path: string;
  readonly spec: DetectorSpec;
  readonly provider: ProviderUse;
  /** Pictures that may be under way at once. With one, calls that overlap wait for each other. */
  readonly depth: number;
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
  close(): Promise<void>;
}

/** A detector whose pictures go through `network`. @param hidden where the cells of boxes are found that the graph selects */
export function makePictureDetector(
  path: string,
  spec: DetectorSpec,
  hidden: HiddenGrid | null,
  provider: ProviderUse,
  network: Network,
): PictureDetector {
  const decoder = heads[spec.family].makeDecoder(spec);
  const outputNames = spec.outputs.map(({ name }) => name);
  /** Inputs that no picture is in, each with where the last one lies. */
  const free: { readonly data: Float32Array; readonly held: Placement }[] = [];

  const run = async (picture: Tensor): Promise<NetworkRun> => {
    try {
      return await network.run(picture);
    } catch (error) {
      throw explainRunError(path, error);
    }
  };

  const valuesOf = (outputs: Outputs, name: string) => readOutputValues(path, name, outputs[name], spec.input.batch);

  // On this thread one picture at a time: those that wait need no memory.
  let turn: Promise<unknown> = Promise.resolve();
  const takeTurn = (image: DecodedImage, floor: number, multiLabel: boolean, whenRan?: () => void): Promise<Found> => {
    const start = network.depth === 1 ? turn : Promise.resolve();
    const result = start
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
    const input = free.pop();
    const { data, placement } = prepareInput(image, spec, input?.data, input?.held);
    const picture = makeInputTensor(data, spec);
    const prepared = performance.now();
    const { outputs, fed, ms: inference } = await run(picture);
    const ran = performance.now();
    // Where the network takes another type than floats, a copy was fed.
    free.push({ data: picture.data === data && fed instanceof Float32Array ? fed : data, held: placement });
    whenRan?.();
    const values = outputNames.map((name) => valuesOf(outputs, name));
    const { candidates, readLevels } = readCandidates(values, decoder, spec, placement, floor, multiLabel);
    const placed =
      hidden === null ? null : placeInHiddenGrid(hidden, valuesOf(outputs, hidden.tensor), candidates, spec, placement);
    const found =
      placed === null
        ? { candidates, sizes: decoder.levels, readLevels }
        : { candidates: placed.candidates, sizes: placed.levels, readLevels: () => placed.levels };
    const ms = { preprocess: prepared - started, inference, postprocess: performance.now() - ran };
    return { ...found, placement, ms };
  };

  return {
    path,
    spec,
    provider,
    depth: network.depth,
    async candidatesOf(image, floor = viewingFloor, multiLabel = false) {
      const { candidates, placement, ms, readLevels } = await takeTurn(image, floor, multiLabel);
      const started = performance.now();
      const levels = readLevels();
      const postprocess = ms.postprocess + performance.now() - started;
      return { candidates, placement, levels, ms: { ...ms, postprocess } };
    },
    async detect(image, settings, whenRan) {
      const { candidates, sizes, ms } = await takeTurn(image, settings.confidence, settings.multiLabel, whenRan);
      const started = performance.now();
      const detections = selectBoxes(candidates, sizes, spec, image, settings);
      return { detections, ms: { ...ms, postprocess: ms.postprocess + performance.now() - started } };
    },
    close: network.close,
  };
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
      className: classNameOf(spec.classNames, classId),
      score: candidates.scores[index] ?? 0,
      box: clipBox(boxAt(candidates.boxes, index), width, height),
      ...(level === undefined ? {} : { cell: { stride: level.stride, ...place, ...anchor } }),
    };
  });
}
