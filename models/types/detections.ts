import type { ProviderUse } from './providers.ts';
import type { StepTimes } from './times.ts';

/** [x1, y1, x2, y2] in image pixels. */
export type Box = readonly [number, number, number, number];

/** The grid cell (and anchor, for anchor heads) that predicted a box. */
interface CellReference {
  readonly stride: number;
  readonly row: number;
  readonly column: number;
  readonly anchor?: number;
}

/** One thing that was found. */
export interface Detection {
  readonly classId: number;
  readonly className: string;
  /** 0..1 */
  readonly score: number;
  readonly box: Box;
  /** Absent where the graph itself selects boxes (end-to-end heads), so that the cell is lost. */
  readonly cell?: CellReference;
}

/** What was found in one picture, or why it could not be read. */
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
  | { readonly path: string; readonly error: { readonly code: string; readonly message: string } };

/** `boxwright detect`. */
export interface DetectReport {
  readonly model: string;
  readonly provider: ProviderUse;
  readonly images: readonly ImageDetections[];
}
