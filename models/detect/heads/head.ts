import type { TensorProto } from 'onnx-buf';
import type { GraphIndex } from '../../graph/topology.ts';
import type { DetectorSpec, ExtraInput, HeadFamily } from '../../types.ts';
import type { TensorShapes } from '../graphTail.ts';

/** What heads are told about a model. */
export interface ModelFacts {
  /** [height, width] of the input. */
  readonly size: readonly [number, number];
  /** From the metadata, or null. */
  readonly classNames: readonly string[] | null;
  readonly metadata: ReadonlyMap<string, string>;
  /** Beside the picture. */
  readonly extraInputs: readonly ExtraInput[];
  /** In the order of the file, which means nothing. */
  readonly outputs: readonly OutputFacts[];
  /** True where any node of the graph is one of these operators. */
  readonly hasOperator: (...names: string[]) => boolean;
  readonly index: GraphIndex;
  /** Initializers and Constant nodes by name. */
  readonly constants: ReadonlyMap<string, TensorProto>;
  /** Of every tensor of the graph, at the size of the input. */
  readonly shapes: TensorShapes;
}

/** What heads are told about an output they may read. */
export interface OutputFacts {
  readonly name: string;
  /** As the graph declares it; a batch that is open counts as 1. */
  readonly dims: readonly (number | null)[];
  /** `dims` for one picture: without the dimension of the batch where there is one. */
  readonly shape: readonly (number | null)[];
  /** Operators applied after the last activation: arithmetic here means that the graph decodes boxes itself. */
  readonly afterActivation: ReadonlySet<string>;
  /** Sizes of the parts a Concat joins to `total`, or null. */
  readonly partsOf: (total: number) => readonly number[] | null;
}

/** The part of a specification that depends on the head. */
export type HeadSpec = Pick<
  DetectorSpec,
  | 'head'
  | 'outputs'
  | 'strides'
  | 'grids'
  | 'anchorsPerCell'
  | 'anchors'
  | 'centreScale'
  | 'classes'
  | 'distanceBins'
  | 'cellCentre'
  | 'activation'
  | 'decodedInGraph'
  | 'nmsInGraph'
  | 'bakedIn'
  | 'rows'
  | 'extraValues'
> & {
  readonly input: Pick<DetectorSpec['input'], 'channels' | 'scale' | 'resize'> &
    Partial<Pick<DetectorSpec['input'], 'mean' | 'std' | 'padValue'>>;
};

/** How well a head fits: the reading with the most points wins. */
export interface HeadMatch {
  /** What speaks for this reading: shapes that fit, 1 to 3; parts of the graph and names that agree, 1 to 3 each. */
  readonly points: number;
  readonly evidence: readonly string[];
  /** What the user should know of this reading, such as anchors that were not found. */
  readonly warnings?: readonly string[];
  readonly reading: HeadSpec;
}

/** One output for one picture: values as float32 and dimensions, without that of the batch. */
export interface OutputValues {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Where a prediction was made. */
export interface Place {
  /** Index into the levels, or -1 where the cell is not known. */
  level: number;
  row: number;
  column: number;
  anchor: number;
}

/** One level of a head's grid. */
export interface LevelSize {
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
}

/** The predictions in the outputs of one picture, by index. */
export interface Predictions {
  readonly count: number;
  /** Writes every prediction's best score (class with objectness) and that class. */
  readonly scoreAll: (scores: Float32Array, classIds: Uint16Array) => void;
  /** The score of one class of one prediction; absent where a prediction comes with one class alone. */
  readonly readScore?: (index: number, classId: number) => number;
  /** Writes the scores of all classes of one prediction; absent where `readScore` is. */
  readonly readScores?: (index: number, scores: Float32Array) => void;
  /** Writes x1, y1, x2, y2 of a prediction, in input pixels. */
  readonly readBox: (index: number, box: Float64Array) => void;
  readonly readPlace: (index: number, place: Place) => void;
  /** The objectness of a prediction, 0..1; absent where the head has none. */
  readonly readObjectness?: (index: number) => number;
}

/** A head made ready for one model. */
export interface Decoder {
  /** Empty where the graph itself selects boxes, so that their cells are lost. */
  readonly levels: readonly LevelSize[];
  /**
   * @param outputs in the order of `spec.outputs`
   * @throws StudioError `bad-output` where they do not have the shape that was declared
   */
  readonly read: (outputs: readonly OutputValues[]) => Predictions;
}

/** A family of detection heads: how to know one, and how to read its outputs. */
export interface Head {
  readonly family: HeadFamily;
  /** Null where the outputs cannot be of this family. */
  readonly recognise: (model: ModelFacts) => HeadMatch | null;
  readonly makeDecoder: (spec: DetectorSpec) => Decoder;
}
