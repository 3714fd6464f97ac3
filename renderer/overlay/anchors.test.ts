import { expect, it } from 'vitest';
import { placeImage } from '../../models/geometry/letterbox.ts';
import { anchorBoxes } from './anchors.ts';

it('lays the anchors of its level on the middle of a cell, in image pixels', () => {
  const small = [[10, 20]] as const;
  const large = [
    [30, 40],
    [50, 60],
  ] as const;
  // Half the size, and 32 input pixels above the picture.
  const placement = placeImage(128, 64, 64, 96, 'letterbox-center');
  expect(placement).toMatchObject({ scaleX: 0.5, padTop: 32 });
  // Middle of row 3, column 1 of stride 16: (24, 56) in the input, (48, 48) in the picture.
  expect(anchorBoxes({ anchors: [small, large] }, 16, { level: 1, row: 3, column: 1 }, placement)).toEqual([
    [48 - 30, 48 - 40, 48 + 30, 48 + 40],
    [48 - 50, 48 - 60, 48 + 50, 48 + 60],
  ]);
  expect(anchorBoxes({}, 16, { level: 1, row: 3, column: 1 }, placement)).toEqual([]);
});
