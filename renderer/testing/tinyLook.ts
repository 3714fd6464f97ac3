/** Looks with few candidates, for tests. */
import { placeImage } from '../../models/geometry/letterbox.ts';
import type { Box, GridLevel, Look } from '../../models/types.ts';
import type { Cell } from '../overlay/cells.ts';

export interface TinyCandidate {
  readonly box: Box;
  readonly score: number;
  readonly classId?: number;
  readonly cell?: Cell;
}

const unknownLevel = 255;

/** A level whose heat is that of the candidates of its cells. */
function makeLevel(stride: number, index: number, size: number, candidates: readonly TinyCandidate[]): GridLevel {
  const side = Math.ceil(size / stride);
  const heat = new Float32Array(side * side);
  const classIds = new Uint16Array(side * side);
  for (const { cell, score, classId = 0 } of candidates) {
    if (cell?.level !== index) continue;
    const at = cell.row * side + cell.column;
    if (score <= (heat[at] ?? 0)) continue;
    heat[at] = score;
    classIds[at] = classId;
  }
  return { stride, rows: side, columns: side, heat, classIds };
}

/** A look at a picture of `size` x `size` pixels by a network whose input is as large, with grids of the strides given. */
export function tinyLook(
  size: number,
  candidates: readonly TinyCandidate[],
  { strides = [], ...changes }: Partial<Look> & { readonly strides?: readonly number[] } = {},
): Look {
  return {
    image: 'a.jpg',
    width: size,
    height: size,
    placement: placeImage(size, size, size, size, 'stretch'),
    candidates: {
      count: candidates.length,
      boxes: Float32Array.from(candidates.flatMap(({ box }) => box)),
      scores: Float32Array.from(candidates, ({ score }) => score),
      classIds: Uint16Array.from(candidates, ({ classId = 0 }) => classId),
      levels: Uint8Array.from(candidates, ({ cell }) => cell?.level ?? unknownLevel),
      rows: Uint16Array.from(candidates, ({ cell }) => cell?.row ?? 0),
      columns: Uint16Array.from(candidates, ({ cell }) => cell?.column ?? 0),
      anchors: new Uint8Array(candidates.length),
    },
    levels: strides.map((stride, index) => makeLevel(stride, index, size, candidates)),
    classNames: ['cat', 'dog'],
    nmsInGraph: false,
    provider: { requested: 'cpu', used: 'cpu' },
    ms: { decode: 0, preprocess: 0, inference: 0, postprocess: 0 },
    ...changes,
  };
}
