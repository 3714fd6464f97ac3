import { toImageX, toImageY } from '../../models/geometry/letterbox.ts';
import type { Box, DetectorSpec, Placement } from '../../models/types.ts';
import type { Cell } from './cells.ts';

/** [width, height] of the anchors of a cell's level, in input pixels; none for heads without anchors. */
export function anchorsOfLevel(spec: Pick<DetectorSpec, 'anchors'>, level: number) {
  return spec.anchors?.[level] ?? [];
}

/** The anchors as they lie on the middle of a cell before the network moves and stretches them; image pixels. */
export function anchorBoxes(
  spec: Pick<DetectorSpec, 'anchors'>,
  stride: number,
  cell: Cell,
  placement: Placement,
): readonly Box[] {
  const x = (cell.column + 0.5) * stride;
  const y = (cell.row + 0.5) * stride;
  return anchorsOfLevel(spec, cell.level).map(
    ([width, height]): Box => [
      toImageX(placement, x - width / 2),
      toImageY(placement, y - height / 2),
      toImageX(placement, x + width / 2),
      toImageY(placement, y + height / 2),
    ],
  );
}
