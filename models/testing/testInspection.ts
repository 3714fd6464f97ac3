import type { Inspection } from '../types.ts';

/** What `inspect` would say of a small model of one convolution that is no detector, with changes. */
export function testInspection(changes: Partial<Inspection> = {}): Inspection {
  return {
    path: '/models/a.onnx',
    bytes: 3,
    sha256: '0'.repeat(64),
    irVersion: 8,
    opsets: { '': 17 },
    producer: 'test',
    nodes: 1,
    operators: { Conv: 1 },
    parameters: 9,
    macs: 9,
    sparsity: 0,
    precision: 'fp32',
    inputs: [],
    outputs: [],
    metadata: {},
    layers: [],
    warnings: [],
    detector: null,
    ...changes,
  };
}
