import fc from 'fast-check';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { readWholeModel } from '../../graph/read.ts';
import { inferShapes } from '../../graph/shapes.ts';
import { removeUnused } from '../../graph/topology.ts';
import { encodeModel } from '../../graph/write.ts';
import { summarize } from '../../inspect/summary.ts';
import { declareTensor } from '../../testing/draft.ts';
import { measureParity } from '../../testing/parity.ts';
import { randomNet } from '../../testing/randomNet.ts';
import { hasSharedFolder, sharedPath } from '../../testing/shared.ts';
import { silence } from '../../testing/silence.ts';
import { analyseChannels } from './analysis.ts';
import { membersAlong } from './groups.ts';
import { planRemoval } from './planRemoval.ts';
import { predictFigures } from './predict.ts';
import { prepareForRemoval } from './prepare.ts';
import { removeChannels } from './removeChannels.ts';

function summaryOf(proto: ModelProto) {
  const bytes = encodeModel(proto).byteLength;
  return summarize({ path: 'model', bytes, sha256: '', externalFiles: [], outside: new Map(), proto });
}

/**
 * Plans a removal, makes everything zero that would go, and compares the silent model with the pruned one: channels that give
 * nothing, to layers that take nothing from them, are not missed. Labels in the wrong place would pair channels with weights
 * of others.
 */
async function compareSilent(proto: ModelProto, options: Parameters<typeof planRemoval>[1]) {
  const analysis = analyseChannels(proto);
  const { removed } = planRemoval(analysis, options);
  const silent = silence(proto, (tensor, axis) =>
    [...membersAlong(analysis.graph, { tensor, axis }).entries()].flatMap(([at, member]) =>
      removed.has(member) ? [at] : [],
    ),
  );
  const pruned = removeChannels(analyseChannels(silent).graph, removed);
  const { parameters, macs } = summaryOf(pruned);
  expect({ parameters, macs }).toEqual({
    parameters: predictFigures(analysis.graph, removed).parameters,
    macs: predictFigures(analysis.graph, removed).macs,
  });
  return { removed: removed.size, parity: await measureParity(silent, pruned, { runs: 1 }) };
}

describe('silent channels', () => {
  it('are not missed in any net of convolutions, sums, joins, parts, shuffles, gates and attention', async () => {
    let removed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 1000 }), { minLength: 4, maxLength: 40 }),
        fc.constantFrom('global', 'layer'),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 2, max: 8 }),
        async (choices, scope, roundTo, tenths) => {
          const options = { amount: tenths / 10, scope, keep: [], roundTo, ratios: [], leastChannels: 2 } as const;
          const result = await compareSilent(randomNet(choices), options);
          removed += result.removed;
          expect(result.parity.absolute).toBeLessThan(1e-5);
        },
      ),
      {
        numRuns: 150,
        seed: 7,
        examples: [
          // Halves that nothing reads, and a shuffle of one half of a shuffle.
          [[0, 0, 0, 0, 17, 63, 0, 0, 0], 'global', 1, 2],
          [[12, 0, 0, 17, 1, 12, 2, 0], 'layer', 1, 5],
        ],
      },
    );
    // The law says something only where channels go.
    expect(removed).toBeGreaterThan(1000);
  }, 120_000);
});

/** What the boxes of yolo26n are chosen from: noise gives them scores so alike that rounding decides their order. */
const unordered = '/model.23/Concat_3_output_0';
const published: { readonly name: string; readonly output?: string }[] = [
  { name: 'yolov8n/yolov8n' },
  { name: 'yolo11n/yolo11n' },
  { name: 'yolo26n/yolo26n', output: unordered },
  { name: 'yolox-nano/yolox_nano' },
  { name: 'fastestdet/FastestDet' },
  { name: 'yolov5-lite-e/v5Lite-e-sim-320' },
  { name: 'yolo-fastestv2/yolo-fastestv2' },
];

async function load(name: string, output?: string): Promise<ModelProto> {
  const { proto } = await readWholeModel(sharedPath('models', ...`${name}.onnx`.split('/')));
  if (proto.graph !== undefined && output !== undefined) {
    const dims =
      inferShapes(proto)
        .get(output)
        ?.dims.map((dim) => dim ?? '?') ?? [];
    proto.graph.output = [declareTensor(output, dims)];
    removeUnused(proto.graph);
  }
  return proto;
}

describe.skipIf(!hasSharedFolder).each(published)('$name', ({ name, output }) => {
  it('does not miss silent channels', { timeout: 60_000 }, async () => {
    const options = { amount: 0.3, scope: 'layer', keep: [], roundTo: 8, ratios: [] } as const;
    const { removed, parity } = await compareSilent(await load(name, output), options);
    expect(removed).toBeGreaterThan(100);
    expect(parity.relative).toBeLessThan(1e-5);
  });

  it('gives the very same outputs once its shuffles and sizes are written down', { timeout: 60_000 }, async () => {
    const proto = await load(name);
    expect((await measureParity(proto, prepareForRemoval(proto), { runs: 1 })).relative).toBeLessThan(1e-6);
  });
});
