import type { DetectorReading, DetectorSpec, HeadFamily, ResizeMode } from './detectorSpec.ts';
import type { ModelSummary } from './model.ts';

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
