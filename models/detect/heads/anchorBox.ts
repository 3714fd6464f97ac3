import type { DetectorSpec } from '../../types.ts';
import { sigmoid } from './activations.ts';
import type { BoxRule } from './grid.ts';

/** Centre and size, as corners. */
function writeCentred(box: Float64Array, x: number, y: number, width: number, height: number): void {
  box[0] = x - width / 2;
  box[1] = y - height / 2;
  box[2] = x + width / 2;
  box[3] = y + height / 2;
}

/**
 * YOLOv5 and v7: xy = (2 s - 0.5 + cell) x stride, wh = (2 s)^2 x anchor, where s is the sigmoid of the raw value
 * (applied here where the graph has not).
 */
export function squaredSigmoidRule({ activation }: Pick<DetectorSpec, 'activation'>): BoxRule {
  const activate = activation.box === 'sigmoid' ? sigmoid : (value: number) => value;
  return (data, at, step, cell, box) => {
    const x = (2 * activate(data[at] ?? 0) - 0.5 + cell.column) * cell.stride;
    const y = (2 * activate(data[at + step] ?? 0) - 0.5 + cell.row) * cell.stride;
    const width = (2 * activate(data[at + 2 * step] ?? 0)) ** 2 * cell.anchorWidth;
    const height = (2 * activate(data[at + 3 * step] ?? 0)) ** 2 * cell.anchorHeight;
    writeCentred(box, x, y, width, height);
  };
}

/**
 * YOLOv2, v3 and v4: xy = (sigmoid(t) + cell) x stride, wh = anchor x e^t (Redmon and Farhadi, 2016 and 2018). YOLOv4 scales
 * the sigmoid about its middle: a sigmoid(t) - (a - 1) / 2, so that centres reach the borders of their cells.
 */
export function exponentialRule({
  activation,
  centreScale,
}: Pick<DetectorSpec, 'activation' | 'centreScale'>): BoxRule {
  const activate = activation.box === 'sigmoid' ? sigmoid : (value: number) => value;
  return (data, at, step, cell, box) => {
    const scale = centreScale?.[cell.level] ?? 1;
    const shift = (1 - scale) / 2;
    const x = (scale * activate(data[at] ?? 0) + shift + cell.column) * cell.stride;
    const y = (scale * activate(data[at + step] ?? 0) + shift + cell.row) * cell.stride;
    const width = Math.exp(data[at + 2 * step] ?? 0) * cell.anchorWidth;
    const height = Math.exp(data[at + 3 * step] ?? 0) * cell.anchorHeight;
    writeCentred(box, x, y, width, height);
  };
}
