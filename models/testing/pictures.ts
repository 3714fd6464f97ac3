import type { DecodedImage } from '../detect/image.ts';
import type { DetectorSpec } from '../types.ts';

/** A picture whose red, green and blue come from a function of column, row and channel. */
export function paintPicture(
  width: number,
  height: number,
  valueAt: (column: number, row: number, channel: number) => number,
): DecodedImage {
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return valueAt(pixel % width, Math.floor(pixel / width), index % 3);
  });
  return { width, height, rgb };
}

/** A v8 specification of a square input with two classes and the three usual strides, with changes. */
export function testSpec(size: number, changes: Partial<DetectorSpec> = {}): DetectorSpec {
  return {
    family: 'v8',
    head: '',
    input: {
      name: 'images',
      layout: 'NCHW',
      type: 'float32',
      size: [size, size],
      dynamicSize: false,
      channels: 'RGB',
      scale: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      resize: 'letterbox-center',
      padValue: 114,
    },
    output: { name: 'output0', order: 'channel-major' },
    strides: [8, 16, 32],
    anchorsPerCell: 1,
    classes: 2,
    classNames: ['cat', 'dog'],
    decodedInGraph: true,
    nmsInGraph: false,
    ...changes,
  };
}
