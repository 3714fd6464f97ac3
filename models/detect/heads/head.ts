import type { DetectorSpec, HeadFamily } from '../../types.ts';

/** What heads are told about a model. */
export interface ModelFacts {
  /** [height, width] of the input. */
  readonly size: readonly [number, number];
  /** From the metadata, or null. */
  readonly classNames: readonly string[] | null;
  /** True where any node of the graph is one of these operators. */
  readonly hasOperator: (...names: string[]) => boolean;
}

/** What heads are told about the output they may read. */
export interface OutputFacts {
  readonly name: string;
  readonly dims: readonly (number | null)[];
  /** Operators applied after the last activation: arithmetic here means that the graph decodes boxes itself. */
  readonly afterActivation: ReadonlySet<string>;
  /** Sizes of the parts a Concat joins to `total`, or null. */
  readonly partsOf: (total: number) => readonly number[] | null;
}

/** The part of a specification that depends on the head. */
export type HeadSpec = Pick<
  DetectorSpec,
  'head' | 'strides' | 'anchorsPerCell' | 'classes' | 'decodedInGraph' | 'nmsInGraph'
> & {
  readonly order: DetectorSpec['output']['order'];
  readonly input: Pick<DetectorSpec['input'], 'channels' | 'scale' | 'resize'>;
};

/** How well a head fits: the reading with the most points wins. */
export interface HeadMatch {
  readonly points: number;
  readonly evidence: readonly string[];
  /** How to read the output, or why it can't be read although the family is known. */
  readonly reading: HeadSpec | { readonly unsupported: string };
}

/** The network's output for one picture as float32. */
export interface RawOutput {
  readonly data: Float32Array;
  /** Number of predictions. */
  readonly count: number;
}

/** The grid cell of a prediction; for heads without a grid all zero. */
export interface Cell {
  stride: number;
  row: number;
  column: number;
}

/** A family of detection heads: how to know one, and how to read its output. */
export interface Head {
  readonly family: HeadFamily;
  /** Null where the output cannot be of this family. */
  recognise(model: ModelFacts, output: OutputFacts): HeadMatch | null;
  /** Writes every prediction's best class score (with objectness) and that class. */
  scorePredictions(raw: RawOutput, spec: DetectorSpec, scores: Float32Array, classIds: Uint16Array): void;
  /** The score of one class of one prediction. */
  readScore(raw: RawOutput, spec: DetectorSpec, index: number, classId: number): number;
  /** Writes x1, y1, x2, y2 of a prediction, in input pixels. */
  readBox(raw: RawOutput, spec: DetectorSpec, index: number, cell: Cell, box: Float64Array): void;
}

/** The shape [1, A, B] of a joined output, where a dynamic batch counts as 1; null for any other shape. */
export function joinedShape(dims: readonly (number | null)[]): { first: number; second: number } | null {
  const [batch, first, second] = dims;
  if (dims.length !== 3 || (batch !== 1 && batch !== null)) return null;
  return typeof first === 'number' && typeof second === 'number' ? { first, second } : null;
}

/** Points for class names that agree with the classes a reading has room for. */
export function namesPoints(model: ModelFacts, classes: number): number {
  if (model.classNames === null) return classes === 80 ? 1 : 0;
  return model.classNames.length === classes ? 2 : -2;
}

/** Whether the parts of one prediction hold an objectness beside box and classes; null where the graph does not tell. */
export function hasObjectness(output: OutputFacts, channels: number): boolean | null {
  const parts = output.partsOf(channels);
  if (parts === null) return null;
  if (parts.length === 2 && parts[0] === 4) return false;
  // [4, 1, C] of YOLOX and YOLOv6, [2, 2, 1 + C] of YOLOv5.
  if (parts.includes(1) || (parts[0] === 2 && parts[1] === 2)) return true;
  return null;
}

/** The strides in the order in which the levels are joined: the graph tells it, or else the finest comes first. */
export function orderStrides(output: OutputFacts, total: number, strides: readonly number[]): readonly number[] {
  const parts = output.partsOf(total);
  const coarsestFirst = parts !== null && parts.length === strides.length && (parts[0] ?? 0) < (parts.at(-1) ?? 0);
  return coarsestFirst ? strides.toReversed() : strides;
}
