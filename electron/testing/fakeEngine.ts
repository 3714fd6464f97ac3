import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EngineOperations, OperationName } from '../../models/api.ts';
import { parseInput } from '../../models/parseInput.ts';
import type { Inspection } from '../../models/types.ts';
import type { EngineHost } from '../engineHost.ts';

/** An engine host for tests: runs the given operations in this process and notes every call. */
export function createFakeEngine(operations: Partial<EngineOperations>): {
  host: EngineHost;
  calls: { operation: OperationName; input: unknown }[];
} {
  const calls: { operation: OperationName; input: unknown }[] = [];
  const host: EngineHost = {
    async call(operation, input, { signal = new AbortController().signal, onProgress = () => {} } = {}) {
      calls.push({ operation, input });
      const run: Partial<EngineOperations>[typeof operation] = operations[operation];
      if (!run) throw new Error(`A call of ${operation} was not expected.`);
      return run(parseInput(operation, input), { signal, report: onProgress });
    },
    stop: () => {},
  };
  return { host, calls };
}

/** What `inspect` would say of a file that is taken for a model of one convolution; it looks at the bytes alone. */
export async function inspectBytes(path: string): Promise<Inspection> {
  const bytes = await readFile(path);
  return {
    path,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
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
    detector: {
      family: 'v8',
      head: '[1, 4+1, 21]',
      inputSize: [32, 32],
      channels: 'RGB',
      scale: 1 / 255,
      resize: 'letterbox-center',
      strides: [8, 16, 32],
      classes: 1,
      classNames: ['thing'],
      decodedInGraph: true,
      nmsInGraph: false,
      evidence: [],
      spec: {
        family: 'v8',
        head: '[1, 4+1, 21]',
        input: {
          name: 'images',
          layout: 'NCHW',
          type: 'float32',
          size: [32, 32],
          dynamicSize: false,
          channels: 'RGB',
          scale: 1 / 255,
          mean: [0, 0, 0],
          std: [1, 1, 1],
          resize: 'letterbox-center',
          padValue: 114,
        },
        output: { name: 'output0', order: 'channel-major' },
        strides: [8, 16, 32],
        anchorsPerCell: 1,
        classes: 1,
        classNames: ['thing'],
        decodedInGraph: true,
        nmsInGraph: false,
      },
    },
  };
}
