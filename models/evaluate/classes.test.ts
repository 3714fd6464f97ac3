import { describe, expect, it } from 'vitest';
import { mapClasses } from './classes.ts';

const paths = { baseline: 'a.onnx', variant: 'b.onnx' };

describe('mapClasses', () => {
  it('goes by name when it can, also in another order or for a part of the classes', () => {
    expect(mapClasses(['cup', 'ball', 'car'], ['cup', 'ball', 'car'], paths)).toEqual([0, 1, 2]);
    expect(mapClasses(['cup', 'ball', 'car'], ['car', 'cup', 'ball'], paths)).toEqual([2, 0, 1]);
    expect(mapClasses(['cup', 'ball', 'car'], ['ball'], paths)).toEqual([1]);
  });

  it('goes by id when names are missing on one side', () => {
    expect(mapClasses(['cup', 'ball'], ['class 0', 'class 1'], paths)).toEqual([0, 1]);
  });

  it('refuses models made for different things', () => {
    expect(() => mapClasses(['cup', 'ball'], ['cat'], paths)).toThrow(/b\.onnx knows 1 classes and a\.onnx 2/);
  });
});
