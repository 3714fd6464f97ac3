import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { testSpec } from '../testing/testSpec.ts';
import { writePicture } from '../testing/writePicture.ts';
import { calibrationInput, inputDims } from './calibrationInput.ts';

const folder = temporaryFolder();

describe('calibration inputs', () => {
  it('fill every place of a batch that the file fixes with the picture', async () => {
    const spec = testSpec(32, { input: { batch: 3 } });
    const picture = await writePicture(join(folder, 'a.png'), 32, 32);
    const tensor = await calibrationInput(picture, spec).load();
    expect(tensor.dims).toEqual([3, 3, 32, 32]);
    expect(inputDims(spec)).toEqual([3, 3, 32, 32]);
    const values = Array.from(tensor.data, Number);
    const [first, second, third] = [0, 1, 2].map((place) => values.slice(place * 3072, (place + 1) * 3072));
    expect(Math.max(...(first ?? []))).toBeGreaterThan(0.1);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('bring what is fed beside the picture', () => {
    const spec = testSpec(32, {
      input: {
        layout: 'NHWC',
        size: [32, 64],
        extra: [
          { name: 'scale_factor', type: 'float32', dims: [1, 2], holds: 1 },
          { name: 'orig_target_sizes', type: 'int64', dims: [1, 2], holds: 'width-height' },
          { name: 'im_shape', type: 'float32', dims: [1, 2], holds: 'height-width' },
        ],
      },
    });
    expect(inputDims(spec)).toEqual([1, 32, 64, 3]);
    const { extra } = calibrationInput('unread.png', spec);
    expect(Object.entries(extra ?? {}).map(([name, { data }]) => [name, Array.from(data, Number)])).toEqual([
      ['scale_factor', [1, 1]],
      ['orig_target_sizes', [64, 32]],
      ['im_shape', [32, 64]],
    ]);
  });
});
