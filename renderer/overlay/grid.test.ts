import { expect, it } from 'vitest';
import { placeImage } from '../../models/geometry/letterbox.ts';
import { gridExtent } from './grid.ts';

it('reaches over the bars, and beyond an input that is no multiple of the stride', () => {
  const level = (stride: number, rows: number, columns: number) => {
    return { stride, rows, columns, heat: new Float32Array(0), classIds: new Uint16Array(0) };
  };
  // 200 x 100 in 100 x 100: half the size, 25 input pixels above and below; 13 cells of 8 reach to 104, 4 of 32 to 128.
  const placement = placeImage(200, 100, 100, 100, 'letterbox-center');
  expect(gridExtent([level(8, 13, 13)], placement)).toEqual([0, -50, 208, 158]);
  expect(gridExtent([level(8, 13, 13), level(32, 4, 4)], placement)).toEqual([0, -50, 256, 206]);
  expect(gridExtent([level(10, 10, 10)], placement)).toEqual([0, -50, 200, 150]);
});
