import type { DetectorSpec } from '../../types.ts';
import type { BoxRule, Cell } from './grid.ts';

/**
 * A box given by its distances, in strides, from the centre of the cell to its left, top, right and bottom side. Each is one
 * value, or the mean of a distribution over 0 .. bins-1 that a softmax makes of `distanceBins` values (Li et al., Generalized
 * Focal Loss, 2020).
 */
export function distancesRule({
  distanceBins = 1,
  cellCentre = { share: 0.5, shift: 0 },
}: Pick<DetectorSpec, 'distanceBins' | 'cellCentre'>): BoxRule {
  const read = distanceBins === 1 ? (data: Float32Array, at: number) => data[at] ?? 0 : expectationOf(distanceBins);
  return (data, at, step, cell: Cell, box) => {
    const side = distanceBins * step;
    const x = (cell.column + cellCentre.share) * cell.stride + cellCentre.shift;
    const y = (cell.row + cellCentre.share) * cell.stride + cellCentre.shift;
    box[0] = x - read(data, at, step) * cell.stride;
    box[1] = y - read(data, at + side, step) * cell.stride;
    box[2] = x + read(data, at + 2 * side, step) * cell.stride;
    box[3] = y + read(data, at + 3 * side, step) * cell.stride;
  };
}

/** Sum of i x softmax(values)_i. */
function expectationOf(bins: number) {
  return (data: Float32Array, at: number, step: number) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let bin = 0; bin < bins; bin += 1) largest = Math.max(largest, data[at + bin * step] ?? 0);
    let [weights, weighted] = [0, 0];
    for (let bin = 0; bin < bins; bin += 1) {
      const weight = Math.exp((data[at + bin * step] ?? 0) - largest);
      weights += weight;
      weighted += weight * bin;
    }
    return weighted / weights;
  };
}

/** `sigmoid` where the graph has not applied it. */
export const pendingSigmoid = (isActivated: boolean): 'none' | 'sigmoid' => (isActivated ? 'none' : 'sigmoid');
