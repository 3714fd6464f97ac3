import type { LabelFile } from './pictures.ts';
import type { ProviderUse } from './providers.ts';
import type { StepTimes } from './times.ts';

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
