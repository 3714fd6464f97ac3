import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EngineOperations, OperationName } from '../../models/api.ts';
import { describeDetector } from '../../models/detect/describeDetector.ts';
import { parseInput } from '../../models/parseInput.ts';
import { testInspection } from '../../models/testing/testInspection.ts';
import { testSpec } from '../../models/testing/testSpec.ts';
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
  const spec = testSpec(32, { head: '[1, 4+1, 21]', classes: 1, classNames: ['thing'] });
  return testInspection({
    path,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    detector: describeDetector({ reading: { ...spec, evidence: [] }, alternatives: [], warnings: [] }),
  });
}
