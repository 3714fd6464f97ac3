import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWholeModel } from '../graph/read.ts';
import { pruneOptions } from '../recipeSchema.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { predictPrune } from './predictPrune.ts';
import { prune } from './prune.ts';

const folder = temporaryFolder();
const sample = 'models/samples/sample.onnx';

describe('predictPrune', () => {
  it.each([
    { method: 'magnitude', amount: 0.4 },
    { method: '2:4' },
    { method: 'channel', amount: 0.3, roundTo: 4 },
    { method: 'channel', amount: 0 },
  ] as const)('tells what is then in the file: %o', async (given) => {
    const options = pruneOptions.parse(given);
    const { proto } = await readWholeModel(sample);
    const { parameters, macs, bytes } = predictPrune(proto, options);
    const { context } = recordingContext();
    const { after } = await prune({ model: sample, out: join(folder, 'pruned.onnx'), options, check: [] }, context);
    expect({ parameters, macs }).toEqual({ parameters: after.parameters, macs: after.macs });
    expect(Math.abs(bytes - after.bytes)).toBeLessThan(0.001 * after.bytes);
  });

  it('gives a model for the next step to be told from', async () => {
    const { proto } = await readWholeModel(sample);
    const once = predictPrune(proto, pruneOptions.parse({ method: 'channel', amount: 0.3 }));
    const twice = predictPrune(once.proto, pruneOptions.parse({ method: 'channel', amount: 0.3 }));
    expect(twice.parameters).toBeLessThan(once.parameters);
  });
});
