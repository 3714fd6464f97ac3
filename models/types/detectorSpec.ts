import type { headFamilies } from '../choices.ts';

/** Every family of heads that can be read. */
export type HeadFamily = (typeof headFamilies)[number];

/** How a picture is brought to the size of the input. */
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

/** A specification as it was recognised. */
export interface DetectorReading extends DetectorSpec {
  /** Sentences: what was concluded and from what. */
  readonly evidence: readonly string[];
}
