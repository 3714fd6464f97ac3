import type { DetectorSpec } from '../types.ts';

type SpecChanges = Partial<Omit<DetectorSpec, 'input'>> & { readonly input?: Partial<DetectorSpec['input']> };

/** A v8 specification of a square input with two classes and the three usual strides, with changes. */
export function testSpec(size: number, { input, ...changes }: SpecChanges = {}): DetectorSpec {
  return {
    family: 'v8',
    head: '',
    input: {
      name: 'images',
      layout: 'NCHW',
      type: 'float32',
      size: [size, size],
      batch: 1,
      dynamicSize: false,
      channels: 'RGB',
      scale: 1 / 255,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      resize: 'letterbox-center',
      padValue: 114,
      ...input,
    },
    outputs: [{ name: 'output0', holds: 'predictions', order: 'channel-major' }],
    strides: [8, 16, 32],
    anchorsPerCell: 1,
    classes: 2,
    classNames: ['cat', 'dog'],
    activation: { box: 'none', objectness: 'absent', class: 'none' },
    decodedInGraph: true,
    nmsInGraph: false,
    ...changes,
  };
}
