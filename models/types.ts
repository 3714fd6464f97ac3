/**
 * The plain data that the engine, the command line and the window share. No Node imports.
 *
 * Frames: "image" is the EXIF-oriented picture in pixels; "input" is the network's input tensor in pixels.
 * Boxes are [x1, y1, x2, y2], continuous coordinates (a pixel covers [i, i+1)).
 */

import type { Recipe, RecipeStep } from './recipeSchema.ts';

/** [x1, y1, x2, y2] in image pixels. */
export type Box = readonly [number, number, number, number];

/** The grid cell (and anchor, for anchor heads) that predicted a box. */
interface CellReference {
  readonly stride: number;
  readonly row: number;
  readonly column: number;
  readonly anchor?: number;
}

export interface Detection {
  readonly classId: number;
  readonly className: string;
  /** 0..1 */
  readonly score: number;
  readonly box: Box;
  /** Absent where the graph itself selects boxes (end-to-end heads), so that the cell is lost. */
  readonly cell?: CellReference;
}

export type HeadFamily =
  | 'v2'
  | 'v3'
  | 'v5'
  | 'v8'
  | 'dfl'
  | 'yolox'
  | 'boxes-scores'
  | 'nanodet'
  | 'fastestdet'
  | 'yolo-fastestv2'
  | 'end-to-end'
  | 'nms'
  | 'rt-detr';

export type ResizeMode = 'letterbox-center' | 'letterbox-topleft' | 'stretch';

/** One output that a head reads. */
export interface OutputSpec {
  readonly name: string;
  readonly holds:
    | 'predictions'
    | 'boxes'
    | 'scores'
    | 'objectness'
    | 'classes'
    | 'distances'
    /** How many of the boxes, scores and classes are filled. */
    | 'count'
    /** Rows of batch, class and box: what NonMaxSuppression selected among boxes and scores. */
    | 'indices';
  /**
   * How predictions lie in memory, for one picture. With A anchors, the cells of a level (or, joined, of all levels one
   * after the other) and D values a prediction:
   * `channel-major` is [A x D, cells], `box-major` is [A, cells, D] and `cell-major` is [cells, A x D].
   */
  readonly order: 'channel-major' | 'box-major' | 'cell-major';
}

/** An input beside the picture whose meaning is known: it is fed the same on every run. */
export interface ExtraInput {
  readonly name: string;
  readonly type: 'float32' | 'float16' | 'int32' | 'int64' | 'bool';
  readonly dims: readonly number[];
  /** The size is that of the network's input, so that boxes come back in input pixels. A number fills the tensor. */
  readonly holds: 'height-width' | 'width-height' | number;
}

/** Boxes without a grid, one row each. */
export interface RowLayout {
  /**
   * What the values of a row of the output that holds predictions mean, in order: a box is four values, `classes` are the
   * scores of all classes, what follows the last column is not read. Empty where boxes, scores and classes have outputs of
   * their own.
   */
  readonly columns: readonly ('batch' | 'box' | 'score' | 'class' | 'classes' | 'angle')[];
  readonly box: 'x1y1x2y2' | 'y1x1y2x2' | 'centre-size';
  /** Input pixels, or shares of the input's width and height. */
  readonly units: 'pixels' | 'relative';
}

/** How a detector is fed and read: everything that turns a picture into boxes. */
export interface DetectorSpec {
  readonly family: HeadFamily;
  /** A short human reading of the head, e.g. "[1, 4+80, 8400], decoded, class scores sigmoid". */
  readonly head: string;
  readonly input: {
    readonly name: string;
    readonly layout: 'NCHW' | 'NHWC';
    readonly type: 'float32' | 'float16' | 'uint8';
    /** [height, width]; a dynamic dimension has been given a size already. */
    readonly size: readonly [number, number];
    /** Pictures the graph takes at once: 1, unless the file fixes it to more; the first place is then used. */
    readonly batch: number;
    /** True where the file leaves height and width open. */
    readonly dynamicSize: boolean;
    readonly channels: 'RGB' | 'BGR';
    /** Pixel values 0..255 are multiplied by this ... */
    readonly scale: number;
    /** ... then the mean is subtracted and the result divided by std, per channel in the order of `channels`. */
    readonly mean: readonly [number, number, number];
    readonly std: readonly [number, number, number];
    readonly resize: ResizeMode;
    /** 0..255, the grey of the letterbox bars. */
    readonly padValue: number;
    readonly extra?: readonly ExtraInput[];
  };
  /** The outputs that are read, in the order in which the head wants them. */
  readonly outputs: readonly OutputSpec[];
  /** Pixels of the input per grid cell, one per level, in the order of the outputs or in that of the joined predictions. */
  readonly strides: readonly number[];
  /** Rows and columns of every level, where these are not the input divided by the stride, rounded up. */
  readonly grids?: readonly (readonly [number, number])[];
  /** Predictions per cell: 3 for anchor heads, 1 for anchor-free ones. */
  readonly anchorsPerCell: number;
  /** [width, height] in input pixels, per level: those the graph, the metadata or the user gives, or the published ones. */
  readonly anchors?: readonly (readonly (readonly [number, number])[])[];
  /** For YOLOv4, by level: xy = (scale x sigmoid(t) - (scale - 1) / 2 + cell) x stride; 1 where absent. */
  readonly centreScale?: readonly number[];
  readonly classes: number;
  readonly classNames: readonly string[];
  /** For heads that predict a distribution over distances, 0 to one less than this, in strides: bins of each side. */
  readonly distanceBins?: number;
  /** Centre of a cell in input pixels = (cell + share) x stride + shift; half a cell where absent. */
  readonly cellCentre?: { readonly share: number; readonly shift: number };
  /** What is still to be applied to the values of the outputs. */
  readonly activation: {
    readonly box: 'none' | 'sigmoid';
    readonly objectness: 'none' | 'sigmoid' | 'absent';
    readonly class: 'none' | 'sigmoid' | 'softmax';
  };
  readonly decodedInGraph: boolean;
  readonly nmsInGraph: boolean;
  /** Values that every prediction has behind its class scores. They are not shown, save that an angle widens the box. */
  readonly extraValues?: { readonly holds: 'masks' | 'keypoints' | 'angle'; readonly count: number };
  /** For heads without a grid; for decoded boxes, their form where it is not centre and size in pixels. */
  readonly rows?: RowLayout;
  /** Thresholds of a selection inside the graph, where they can be read. */
  readonly bakedIn?: { readonly confidence?: number; readonly iou?: number; readonly maxDetections?: number };
}

export interface DetectorReading extends DetectorSpec {
  /** Sentences: what was concluded and from what. */
  readonly evidence: readonly string[];
}

export type ModelPrecision = 'fp32' | 'fp16' | 'int8-qdq' | 'int8-dynamic' | 'mixed';

export interface TensorInfo {
  readonly name: string;
  /** ONNX element type in lower case: float, float16, uint8, int64 ... */
  readonly type: string;
  /** Numbers where fixed, names (or "?") where dynamic. */
  readonly shape: readonly (number | string)[];
}

export interface LayerInfo {
  readonly name: string;
  readonly operator: string;
  readonly outputShape: readonly (number | string)[];
  readonly parameters: number;
  readonly macs: number;
  /** Share of this layer's weights that are exactly zero, 0..1. */
  readonly sparsity: number;
}

/** What a model file is, whether or not it is a detector. */
export interface ModelSummary {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly irVersion: number;
  /** Opset by domain; the default domain is "". */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly nodes: number;
  readonly operators: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** Multiply-accumulates of one run at the input size (batch 1); null where shapes stay unknown. */
  readonly macs: number | null;
  /** Share of prunable (Conv, ConvTranspose, Gemm, MatMul) weights that are exactly zero. */
  readonly sparsity: number;
  readonly precision: ModelPrecision;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly layers: readonly LayerInfo[];
  readonly warnings: readonly string[];
}

/** `boxwright inspect`: the summary and what was concluded about the detector in it. */
export interface Inspection extends ModelSummary {
  /** Flattened for readers of the CLI: null when the model is not a detector we know. */
  readonly detector: DetectorReport | null;
  /** Present when `detector` is null or the runtime refuses the model. */
  readonly notRunnableBecause?: string;
  /** True where it is the runtime that refuses the file: nothing can run it here, detector or not. */
  readonly refusedByRuntime?: boolean;
}

/** The detector part of `boxwright inspect`, in the field names of the CLI, with the full spec beside it. */
export interface DetectorReport {
  readonly family: HeadFamily;
  readonly head: string;
  readonly inputSize: readonly [number, number];
  readonly channels: 'RGB' | 'BGR';
  readonly scale: number;
  readonly resize: ResizeMode;
  readonly strides: readonly number[];
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly anchors?: DetectorSpec['anchors'];
  readonly decodedInGraph: boolean;
  readonly nmsInGraph: boolean;
  readonly evidence: readonly string[];
  readonly spec: DetectorSpec;
  /** Other readings that fit the outputs, the likelier first: a correction of the family chooses one. */
  readonly alternatives?: readonly (Pick<DetectorReading, 'family' | 'head' | 'evidence'> & {
    readonly spec: DetectorSpec;
  })[];
  /** Keys of the specification that the user corrected ("input.channels", "anchors" ...); absent where all is as recognised. */
  readonly corrected?: readonly string[];
  /** What the file alone says, in the same family; absent where nothing was corrected, or where it says nothing. */
  readonly recognised?: DetectorSpec;
}

/** How a picture was placed in the network's input, and the way back. */
export interface Placement {
  readonly imageWidth: number;
  readonly imageHeight: number;
  readonly inputWidth: number;
  readonly inputHeight: number;
  /** Input pixels per image pixel. Equal for letterbox; different for stretch. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** Input pixels left of and above the picture. */
  readonly padLeft: number;
  readonly padTop: number;
}

/**
 * All candidates of one picture above a low score, as parallel arrays (index = candidate), sorted by nothing: in the
 * order of the network's output. Boxes are in image pixels, not yet clipped.
 */
export interface CandidateSet {
  readonly count: number;
  /** 4 * count: x1, y1, x2, y2 */
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  readonly classIds: Uint16Array;
  /** Index into `levels`, or 255 where the cell is unknown. */
  readonly levels: Uint8Array;
  readonly rows: Uint16Array;
  readonly columns: Uint16Array;
  readonly anchors: Uint8Array;
  /** 0..1: how sure each cell was that anything is there; absent where the head has no objectness. */
  readonly objectness?: Float32Array;
}

/** One level of the grid: the best score (objectness x class, or class) each cell gave. */
export interface GridLevel {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  /** rows * columns, row-major, 0..1 */
  readonly heat: Float32Array;
  /** rows * columns: the class that score belongs to. */
  readonly classIds: Uint16Array;
  /** rows * columns, 0..1: the highest objectness of each cell; absent where the head has none. */
  readonly objectness?: Float32Array;
}

export interface StepTimes {
  readonly decode: number;
  readonly preprocess: number;
  readonly inference: number;
  readonly postprocess: number;
}

/** Labels of one picture in YOLO's format. */
export interface LabelFile {
  readonly path: string;
  readonly objects: readonly LabelledObject[];
  /** Sentences about lines that could not be read; the others count all the same. */
  readonly problems: readonly string[];
}

export interface LabelledObject {
  readonly classId: number;
  readonly box: Box;
}

/** What the window needs to show one picture under one model; thresholds and NMS then run in the window. */
export interface Look {
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly placement: Placement;
  readonly candidates: CandidateSet;
  readonly levels: readonly GridLevel[];
  /**
   * Why there is no grid, where `levels` is empty: every query of the model may find a thing anywhere; the graph selects boxes
   * itself and its cells were not asked for, or could not be found in it.
   */
  readonly gridUnavailable?: 'queries' | 'not-asked' | 'not-found';
  /** What the label file beside the picture says is there; absent without such a file. */
  readonly truth?: LabelFile;
  readonly classNames: readonly string[];
  /** End-to-end heads have been through selection already; NMS must not run again. */
  readonly nmsInGraph: boolean;
  readonly provider: ProviderUse;
  readonly ms: StepTimes;
}

export type ProviderName = 'cpu' | 'webgpu' | 'cuda' | 'tensorrt' | 'dml' | 'coreml';

/** Where a model was asked to run and where it ran. */
export interface ProviderUse {
  readonly requested: ProviderName;
  readonly used: ProviderName;
  /**
   * Nodes of the optimized graph that each provider ran, shape arithmetic and copies left out; absent where the CPU was asked
   * for, which nothing stands in for.
   */
  readonly nodes?: Readonly<Record<string, number>>;
  /** Why figures taken here are not those of the provider that was asked for; absent where they are. */
  readonly invalidBecause?: string;
}

export interface ProviderInfo {
  readonly name: ProviderName;
  readonly available: boolean;
  readonly device?: string;
  /** Why it is not available and what would make it so. */
  readonly why?: string;
}

export interface ProvidersReport {
  readonly providers: readonly ProviderInfo[];
  readonly cpu: {
    readonly model: string;
    readonly cores: number;
    readonly features: readonly string[];
    readonly vnni: boolean;
  };
}

interface FileError {
  readonly code: string;
  readonly message: string;
}

export type ImageDetections =
  | {
      readonly path: string;
      readonly width: number;
      readonly height: number;
      readonly detections: readonly Detection[];
      readonly ms: StepTimes;
      /** Where the drawn picture was written. */
      readonly drawn?: string;
      readonly grid?: readonly { stride: number; rows: number; columns: number; heat: readonly number[] }[];
    }
  | { readonly path: string; readonly error: FileError };

export interface DetectReport {
  readonly model: string;
  readonly provider: ProviderUse;
  readonly images: readonly ImageDetections[];
}

/** How alike a variant's boxes are to the baseline's, the baseline's boxes being taken as truth. */
export interface Agreement {
  /** 2*matched / (baseline + variant); 1 when neither has any box. */
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly matched: number;
  readonly lost: number;
  readonly extra: number;
  /** A lost and an extra box in the same place (IoU >= 0.5) with different classes. They also count as lost and extra. */
  readonly changedClass: number;
  /** Of matched pairs; null without pairs. */
  readonly meanIou: number | null;
  /** Mean of variant score minus baseline score over matched pairs; null without pairs. */
  readonly scoreShift: number | null;
  /** Mean of how far the variant's score is from the baseline's, either way, over matched pairs; null without pairs. */
  readonly scoreError: number | null;
  readonly images: number;
}

export interface LatencyFigures {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly mean: number;
  readonly min: number;
  readonly runs: number;
  /** Runs per second: batch * 1000 / mean. */
  readonly throughput: number;
  /** Runs before timing began. */
  readonly warmup?: number;
  /** Whether times had settled by then. */
  readonly steady?: boolean;
}

export interface ModelFigures {
  readonly parameters: number;
  readonly macs: number | null;
  readonly bytes: number;
  readonly sparsity: number;
}

export interface PruneReport {
  readonly out: string;
  readonly sha256: string;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  /** gzip size: what an unstructured pruned file gains when stored or sent. */
  readonly compressedBytes: { readonly before: number; readonly after: number };
  /** Nonzero weights of each layer, or channels of each group of layers that go together. */
  readonly groups: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  /** `channel`: layers that no channel could be taken from, and why. */
  readonly keptLayers?: readonly { readonly name: string; readonly why: string }[];
  /** `channel`: what widths were rounded to, as asked or as measured. */
  readonly roundTo?: number;
  /** `channel`: how what went was made up for; absent where nothing was taken out. */
  readonly recover?: 'none' | 'bias' | 'least-squares';
  /** `channel`: absent where nothing was taken out or no run could be timed. */
  readonly speed?: PruneSpeed;
  readonly agreement?: Agreement;
  readonly warnings: readonly string[];
}

/** Median milliseconds of one run on this CPU, the models in turn on the same noise. */
export interface PruneSpeed {
  readonly before: number;
  readonly after: number;
  /** What each rounding that was tried came to. */
  readonly tried?: readonly { readonly roundTo: number; readonly p50: number; readonly macs: number | null }[];
}

export interface QuantizeReport {
  readonly out: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly quantizedLayers: number;
  readonly floatLayers: readonly { readonly name: string; readonly why: string }[];
  /** Whether weights were limited to 7 bits, as asked or as decided from this CPU; int8 only. */
  readonly reduceRange?: boolean;
  /** On the calibration images; absent where there were none (int8-dynamic or fp16 without --data). */
  readonly agreement?: Agreement;
  /** 1 - agreement.f1 */
  readonly drop?: number;
  readonly trials: number;
  readonly warnings: readonly string[];
}

/** What one step of a recipe did. */
export interface DerivedStep {
  /** As asked for, with all that was left open as it was decided here. */
  readonly step: RecipeStep;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  /** True where there was nothing to do: the step is not part of the resulting recipe. */
  readonly unchanged?: true;
  /** With the model the step was made from; absent without pictures. */
  readonly agreement?: Agreement;
  readonly seconds: number;
  readonly warnings: readonly string[];
}

/** What came of a whole recipe. */
export interface DeriveReport {
  readonly out: string;
  readonly sha256: string;
  readonly before: ModelFigures;
  readonly after: ModelFigures;
  readonly steps: readonly DerivedStep[];
  /** With the original, over the whole chain; absent without pictures. */
  readonly agreement?: Agreement;
  /** 1 - agreement.f1 */
  readonly drop?: number;
  /** What gives the same bytes when it is applied to the original again. */
  readonly recipe: Recipe;
  readonly warnings: readonly string[];
}

/** What a recipe would give, told without running the network. */
export interface PredictReport {
  readonly model: string;
  readonly before: PredictedFigures;
  /** After each step, in order. */
  readonly steps: readonly PredictedFigures[];
}

export type PredictedFigures = Omit<ModelFigures, 'sparsity'>;

export type PresetName = 'smaller' | 'faster' | 'gpu-fp16' | 'edge-int8';

/** A recipe that was really applied and measured on this machine. */
export interface PresetCandidate {
  /** With nothing left open, where it could be applied. */
  readonly recipe: Recipe;
  /** Absent where it could not be applied. */
  readonly figures?: PredictedFigures;
  /** With the original, on the pictures; absent where it could not be applied. */
  readonly agreement?: Agreement;
  /** Median milliseconds of one run on the preset's provider; absent where it was not timed. */
  readonly p50?: number;
  /** The model itself, timed in turn with it, over this: 2 is twice as fast. */
  readonly speedup?: number;
  /** Why it counts for nothing: it loses boxes, or could not be made. */
  readonly refused?: string;
}

export interface Preset {
  readonly name: PresetName;
  /** The best by the preset's aim among the candidates that keep the boxes; null where none serves it. */
  readonly choice: PresetCandidate | null;
  /** One sentence: why this one, or why none. */
  readonly why: string;
  /** False where speed counts and could not be taken, such as that of a GPU that is not there. */
  readonly measured: boolean;
  /** Where its candidates were timed. */
  readonly provider: ProviderName;
  /** All that was tried for it, the choice included. */
  readonly candidates: readonly PresetCandidate[];
}

/** Presets, from measurements on this machine. */
export interface PresetsReport {
  readonly model: string;
  /** The model itself: bytes of its file, median milliseconds on the CPU where anything was timed. */
  readonly baseline: { readonly bytes: number; readonly p50?: number };
  readonly presets: readonly Preset[];
  /** Least F1 with the original that was asked for. */
  readonly minAgreement: number;
  readonly device: string;
  readonly threads: number;
  /** Number of pictures. */
  readonly images: number;
}

/** What each layer loses when it alone is quantized, worst first. */
export interface QuantizeSensitivity {
  readonly model: string;
  readonly for: 'quantize';
  /** Number of pictures. */
  readonly images: number;
  readonly layers: readonly {
    readonly name: string;
    readonly operator: string;
    /** 20 * log10(|x| / |x - q(x)|) of the layer's result, in dB; at most 150. */
    readonly sqnr: number;
    /** 1 - F1 against the original with nothing but this layer quantized; for the worst layers. */
    readonly drop?: number;
  }[];
}

/** What each group of channels loses when it alone is pruned, nothing made up for; worst first. */
export interface PruneSensitivity {
  readonly model: string;
  readonly for: 'prune';
  /** Number of pictures. */
  readonly images: number;
  /** Groups of which channels can go, at most as many as were asked for. */
  readonly layers: readonly {
    /** The first layer that makes the channels. */
    readonly name: string;
    readonly operator: string;
    readonly channels: number;
    /** By amount, ascending. Amounts at which no channel goes, because widths are rounded, are left out. */
    readonly costs: readonly {
      /** Share of the group's channels that was asked for. */
      readonly amount: number;
      /** 1 - F1 against the original. */
      readonly drop: number;
      /** Of the whole model with only this group pruned; null where sizes are not known. */
      readonly macs: number | null;
      readonly parameters: number;
    }[];
  }[];
}

export type SensitivityReport = QuantizeSensitivity | PruneSensitivity;

/** COCO's sizes by area in image pixels: below 32², below 96², and above. */
export type BoxSize = 'small' | 'medium' | 'large';

export type DifferenceKind = 'lost' | 'extra' | 'moved' | 'changed-class';

/** Boxes of one picture that differ from the baseline's in the same way. */
export interface DifferenceGroup {
  readonly kind: DifferenceKind;
  /** As the baseline counts classes; of the baseline's box, save for extra ones. */
  readonly classId: number;
  readonly size: BoxSize;
  readonly count: number;
}

export interface ImageDifference {
  readonly path: string;
  readonly lost: number;
  readonly extra: number;
  readonly moved: number;
  readonly changedClass: number;
  /** The same boxes by kind, class and size; empty in comparisons of earlier versions. */
  readonly groups: readonly DifferenceGroup[];
}

/** How alike a variant's boxes of one class are to the baseline's. */
export interface ClassAgreement {
  readonly classId: number;
  readonly className: string;
  readonly matched: number;
  readonly lost: number;
  readonly extra: number;
  readonly f1: number;
}

export interface ComparedModel {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly parameters: number;
  readonly macs: number | null;
  readonly sparsity: number;
  readonly precision: ModelPrecision;
  readonly provider: ProviderUse;
  /** Of session.run alone, interleaved between the models; milliseconds. */
  readonly latency: LatencyFigures;
  /** Session creation, milliseconds. */
  readonly load: number;
  /** Highest resident size of the process while this model ran, bytes. */
  readonly peakMemory: number;
  /**
   * The process that memory was taken of: one that opened nothing but this model, or the engine's, which holds what ran before
   * as well.
   */
  readonly peakMemoryOf?: 'own-process' | 'engine';
  /** Medians over the compared pictures, milliseconds; `decode` is the same for all models. */
  readonly steps?: StepTimes;
  /** Absent for the baseline itself. */
  readonly agreement?: Agreement;
  /** Of every class that either model has boxes of; absent for the baseline itself. */
  readonly classes?: readonly ClassAgreement[];
  /** Against the labels of the dataset; absent where there is none. `coco` is that of the evaluation. */
  readonly coco?: CocoFigures;
  readonly evaluation?: EvaluationFigures;
  readonly images: readonly ImageDifference[];
}

/** COCO's twelve numbers, 0..1; -1 where no object is looked for. */
export interface CocoFigures {
  readonly AP: number;
  readonly AP50: number;
  readonly AP75: number;
  readonly APsmall: number;
  readonly APmedium: number;
  readonly APlarge: number;
  readonly AR1: number;
  readonly AR10: number;
  readonly AR100: number;
  readonly ARsmall: number;
  readonly ARmedium: number;
  readonly ARlarge: number;
}

/** Figures of one class; those that need objects are null where there are none. */
export interface EvaluatedClass {
  /** As the dataset numbers its classes. */
  readonly classId: number;
  readonly className: string;
  /** Objects that are looked for: without crowds and what the dataset marks as difficult. */
  readonly objects: number;
  readonly detections: number;
  readonly AP: number | null;
  readonly AP50: number | null;
  readonly AP75: number | null;
  readonly AR100: number | null;
  readonly interpolated50: number | null;
  readonly interpolated50_95: number | null;
  readonly vocAllPoint50: number | null;
  /** At the confidence of `bestF1`, overlap 0.5. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** The pictures on which each cell of a confusion matrix counts something; cells that count nothing are left out. */
export type ConfusionPictures = readonly {
  /** Row and column of `counts`. */
  readonly found: number;
  readonly truth: number;
  /** Indices into `CompareReport.labelled`, ascending. */
  readonly pictures: readonly number[];
  /** There are more, which were left out because they were too many. */
  readonly isCut?: boolean;
}[];

/** How good detections are where it is known what is there. */
export interface EvaluationFigures {
  readonly images: number;
  /** All that is labelled, ignored objects too. */
  readonly objects: number;
  readonly detections: number;
  /** As pycocotools computes them. */
  readonly coco: CocoFigures;
  /** As Ultralytics' training prints them: a line through precision and recall, read at 101 recalls. */
  readonly interpolated101: { readonly mAP50: number; readonly mAP50_95: number };
  /** By the rules of the VOC devkit at overlap 0.5, its boxes ending with their last pixel. */
  readonly voc: { readonly allPoint50: number; readonly elevenPoint50: number };
  readonly perClass: readonly EvaluatedClass[];
  readonly confusion: {
    /** Detections count above this score ... */
    readonly confidence: number;
    /** ... and meet an object above this overlap. */
    readonly iou: number;
    /** A row a predicted class and a column a true one, in the order of `perClass`; the last of both stands for nothing. */
    readonly counts: readonly (readonly number[])[];
    /** In comparisons; absent in those of earlier versions. */
    readonly pictures?: ConfusionPictures;
  };
  /** Where the mean F1 of the classes is highest, at overlap 0.5. */
  readonly bestF1: {
    readonly confidence: number;
    readonly f1: number;
    readonly precision: number;
    readonly recall: number;
  };
  /** Means over the classes that have objects, at overlap 0.5. */
  readonly curves: {
    /** Keeping the scores above each of these gives the values of `precision`, `recall` and `f1`. */
    readonly confidence: readonly number[];
    readonly precision: readonly number[];
    readonly recall: readonly number[];
    readonly f1: readonly number[];
    /** At each of these recalls COCO's precision is that of `precisionAtRecall`. */
    readonly recallPoints: readonly number[];
    readonly precisionAtRecall: readonly number[];
  };
}

/** Which classes of a model a dataset has. */
export interface ClassMapping {
  /** By equal names, or by equal numbers where no name is the same. */
  readonly by: 'name' | 'id';
  /** Classes of the model that the dataset does not have: what the model finds of them is not measured. */
  readonly onlyModel: readonly string[];
  /** Classes of the dataset that the model does not know: their objects count as missed. */
  readonly onlyDataset: readonly string[];
}

/** `boxwright evaluate` and `boxwright merge`. */
export interface EvaluateReport extends EvaluationFigures {
  /**
   * Milliseconds of matching and counting; of reading result files; and, with a model, of each step, on average over the
   * pictures.
   */
  readonly ms: { readonly evaluate: number; readonly read?: number } & Partial<StepTimes>;
  /** Sentences: what was left out, and what other programs would count differently. */
  readonly warnings: readonly string[];
  /** With a model. */
  readonly model?: string;
  readonly provider?: ProviderUse;
  readonly split?: string;
  readonly classMapping?: ClassMapping;
  /** Pictures that were left out because they could not be read; absent where all could. */
  readonly unreadable?: readonly { readonly path: string; readonly message: string }[];
  /** The file that keeps what the figures are made of, and which share of the pictures it holds. */
  readonly part?: { readonly path: string; readonly index: number; readonly count: number };
}

export interface CompareReport {
  readonly baseline: string;
  readonly models: readonly ComparedModel[];
  /** Of the worst variant per image, sorted by harm: lost boxes first. */
  readonly images: readonly ImageDifference[];
  readonly pareto: readonly {
    readonly path: string;
    readonly p50: number;
    readonly f1: number;
    /** The time is not that of the provider that was asked for. */
    readonly isInvalid?: true;
    readonly best: boolean;
  }[];
  readonly device: string;
  readonly threads: number;
  /** Pictures that were compared. */
  readonly imageCount: number;
  /** Thresholds at which the boxes were compared; absent in comparisons of earlier versions. */
  readonly confidence?: number;
  readonly iou?: number;
  /** Pictures that were left out because they could not be read; absent where all could. */
  readonly unreadable?: readonly { readonly path: string; readonly message: string }[];
  /** Paths of the pictures that the models were measured on against labels; absent where none were. */
  readonly labelled?: readonly string[];
  /** Sentences; absent where there is nothing to say. */
  readonly warnings?: readonly string[];
  /** Files that were written. */
  readonly report?: string;
  readonly csv?: string;
  readonly json?: string;
}

/** How far one layer's result in a variant lies from the baseline's. */
export interface LayerDifference {
  readonly name: string;
  readonly operator: string;
  /** The name of the result in both models. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** 10 * log10(sum x² / sum (x - y)²) in dB, within ±150; null where a value is not finite. */
  readonly sqnr: number | null;
}

/** A layer whose result cannot be compared: the other model has none of that name, or one of another shape or kind. */
export interface UnmatchedLayer {
  readonly name: string;
  readonly operator: string;
  readonly tensor: string;
  readonly of: 'baseline' | 'variant';
  readonly why: 'missing' | 'shape' | 'type';
}

export interface LayersReport {
  readonly baseline: string;
  readonly variant: string;
  readonly image: string;
  /** In groups that fit into memory, in the order of the baseline's graph. */
  readonly layers: readonly LayerDifference[];
  readonly unmatched: readonly UnmatchedLayer[];
}

/** Where in a detector a node works; the stride is null where it is not known, and in the head. */
export interface GraphStage {
  readonly part: 'backbone' | 'neck' | 'head';
  readonly stride: number | null;
}

export interface StagedNode {
  readonly name: string;
  /** With its domain, unless it is the default one. */
  readonly operator: string;
  readonly stage: GraphStage;
}

export interface ConstantKind {
  /** ONNX element type in lower case. */
  readonly type: string;
  readonly shape: readonly number[];
}

/** One thing that is different about a node. */
export type NodeChange =
  | { readonly what: 'operator'; readonly before: string; readonly after: string }
  | { readonly what: 'attribute'; readonly name: string; readonly before: string | null; readonly after: string | null }
  | {
      /** A weight, bias or other constant, by its name in the baseline. */
      readonly what: 'constant';
      readonly tensor: string;
      readonly before: ConstantKind;
      readonly after: ConstantKind;
      /** Share of values that differ, where type and shape are the same. */
      readonly changed?: number;
    }
  /** Names in the baseline, where it has the tensor. */
  | { readonly what: 'inputs'; readonly before: readonly string[]; readonly after: readonly string[] }
  /** Whether what it reads, weights aside, is rounded to integers now. */
  | { readonly what: 'rounding'; readonly after: boolean };

export interface ChangedNode extends StagedNode {
  readonly changes: readonly NodeChange[];
}

/** Numbers of nodes. */
export interface StageSummary {
  readonly stage: GraphStage;
  readonly same: number;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export interface GraphDifferenceReport {
  readonly baseline: string;
  readonly variant: string;
  /** Numbers of nodes, constants aside. */
  readonly nodes: { readonly baseline: number; readonly variant: number; readonly same: number };
  /** From the picture to the boxes. */
  readonly stages: readonly StageSummary[];
  readonly added: readonly StagedNode[];
  readonly removed: readonly StagedNode[];
  readonly changed: readonly ChangedNode[];
}

export interface BenchmarkReport {
  readonly device: string;
  readonly threads: number;
  readonly batch: number;
  readonly models: readonly {
    readonly path: string;
    readonly provider: ProviderUse;
    readonly latency: LatencyFigures;
    readonly load: number;
    readonly firstRun: number;
    readonly peakMemory: number;
    readonly peakMemoryOf: 'own-process' | 'engine';
    /** Medians over the given pictures, milliseconds; absent without pictures and where the model is no detector. */
    readonly steps?: StepTimes;
  }[];
  /** With every provider: models that one of them cannot run, and why; absent where all can. */
  readonly skipped?: readonly { readonly path: string; readonly provider: ProviderName; readonly why: string }[];
}

export interface BundleCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly checks: readonly BundleCheck[];
}

export interface ExportReport {
  readonly out: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  readonly verify: VerifyReport;
  readonly warnings: readonly string[];
}

/** A model taken out of a bundle. */
export interface RestoreReport {
  readonly out: string;
  readonly sha256: string;
  /** The variant's name when the bundle was made. */
  readonly name: string;
  /** As the maker of the bundle gave it. */
  readonly provenance: Readonly<Record<string, unknown>>;
}

export interface DemoReport {
  readonly folder: string;
  readonly report: string;
  readonly bundle: string;
  readonly pruned: string;
  readonly quantized: string;
  readonly compare: CompareReport;
  readonly verify: VerifyReport;
}

/** What dropped paths turned out to be. */
export interface Collected {
  readonly models: readonly string[];
  readonly images: readonly string[];
  readonly bundles: readonly string[];
  readonly datasets: readonly string[];
  readonly ignored: readonly { readonly path: string; readonly why: string }[];
}

export type DatasetFormat = 'yolo' | 'coco' | 'voc';

/** What can be wrong with a dataset. */
export type DatasetFindingKind =
  | 'unreadable-image'
  | 'image-without-labels'
  | 'labels-without-image'
  | 'unreadable-label'
  | 'unknown-class'
  | 'empty-box'
  | 'outside-image'
  | 'duplicate-box'
  | 'size-differs'
  | 'duplicate-image'
  | 'similar-images';

export interface DatasetFinding {
  readonly kind: DatasetFindingKind;
  /** The picture or label file; of labels without a picture in a COCO file the JSON file. */
  readonly path: string;
  readonly split?: string;
  readonly message: string;
}

export interface DatasetCheckReport {
  readonly path: string;
  readonly format: DatasetFormat;
  readonly splits: readonly {
    readonly name: string;
    readonly images: number;
    /** Pictures in which nothing is marked, though they have labels. */
    readonly backgrounds: number;
    readonly objects: number;
  }[];
  readonly classes: readonly {
    readonly classId: number;
    readonly className: string;
    readonly objects: number;
    readonly images: number;
  }[];
  /** How often each kind was found; 0 for the others. */
  readonly counts: Readonly<Record<DatasetFindingKind, number>>;
  /** At most 10,000 of each kind. */
  readonly findings: readonly DatasetFinding[];
  /** False where the pixels were not looked at: whether they decode and which pictures look the same is then not known. */
  readonly decoded: boolean;
  readonly notes: readonly string[];
}

export interface DatasetConvertReport {
  readonly out: string;
  readonly from: DatasetFormat;
  readonly to: DatasetFormat;
  /** What to open: a data.yaml, a JSON file, or the folder. */
  readonly opens: readonly string[];
  readonly images: number;
  readonly objects: number;
  readonly copiedImages: number;
  /** What the other format cannot say, and what was left out. */
  readonly notes: readonly string[];
}

export interface DatasetSplitReport {
  readonly out: string;
  /** What to open. */
  readonly opens: readonly string[];
  readonly seed: number;
  readonly splits: readonly {
    readonly name: string;
    readonly images: number;
    readonly objects: number;
    readonly share: number;
    /** By class id. */
    readonly objectsByClass: readonly number[];
  }[];
  readonly classNames: readonly string[];
  /** Groups of pictures that look the same, which were kept together, and how many pictures are in them. */
  readonly groups: { readonly count: number; readonly images: number };
  readonly notes: readonly string[];
}

/** Progress of one operation: `fraction` runs 0..1 over all steps. */
export interface Progress {
  readonly step: string;
  readonly fraction: number;
  /** Seconds left, where it can be told. */
  readonly eta?: number;
}
