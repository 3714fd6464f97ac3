import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { type OperationRequest, operationInputs } from '../api.ts';
import { hashFile } from '../files.ts';
import { makeNode } from '../graph/nodes.ts';
import { makeFloatTensor } from '../graph/tensors.ts';
import { writeModel } from '../graph/write.ts';
import { operations } from '../operations.ts';
import { recipe } from '../recipeSchema.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { tinyV8 } from '../testing/tinyModels.ts';
import { writePicture } from '../testing/writePicture.ts';

/** The same with a batch normalization behind the first convolution, as training leaves it. */
function withNorm(proto: ModelProto): ModelProto {
  const [first] = proto.graph?.node.splice(0, 1) ?? [];
  const channels = Number(proto.graph?.initializer.find(({ name }) => name === first?.input[1])?.dims[0]);
  const parts = ['scale', 'bias', 'mean', 'variance'].map((name, index) =>
    makeFloatTensor(
      `norm.${name}`,
      [channels],
      Array.from({ length: channels }, (_, at) => 0.5 + ((at + index) % 3) / 4),
    ),
  );
  proto.graph?.initializer.push(...parts);
  const norm = makeNode('BatchNormalization', ['raw', ...parts.map(({ name }) => name)], first?.output ?? [], {});
  proto.graph?.node.unshift(makeNode('Conv', first?.input ?? [], ['raw'], { name: 'stem0' }), norm);
  const [conv] = proto.graph?.node ?? [];
  if (conv !== undefined) conv.attribute = first?.attribute ?? [];
  return proto;
}

const folder = temporaryFolder();
const model = join(folder, 'model.onnx');
await writeModel(model, withNorm(tinyV8()));
const pictures = await Promise.all(
  [1, 2, 3].map((seed) => writePicture(join(folder, `picture ${seed}.png`), 80, 60, seed)),
);

const small = recipe.parse({
  version: 1,
  steps: [
    { operation: 'fold' },
    { operation: 'prune', options: { method: 'channel', amount: 0.3, roundTo: 'auto' } },
    { operation: 'quantize', options: { maxDrop: 0.01, trials: 3 } },
  ],
} satisfies Parameters<typeof recipe.parse>[0]);

let files = 0;
function request(change: Partial<OperationRequest<'derive'>> = {}) {
  files += 1;
  const out = join(folder, `derived ${files}.onnx`);
  return operationInputs.derive.parse({ model, recipe: small, out, data: pictures, gate: false, ...change });
}

/** What lies in the folder beside the model and the pictures. */
async function others(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name !== 'model.onnx' && !name.startsWith('picture'));
}

describe('derive', { timeout: 60_000 }, () => {
  it('applies every step to what the step before gave and leaves nothing but the result', async () => {
    const { context, reports } = recordingContext();
    const input = request();
    const report = await operations.derive(input, context);
    expect(report.steps.map(({ step }) => step.operation)).toEqual(['fold', 'prune', 'quantize']);
    for (const [index, { before }] of report.steps.entries()) {
      expect(before).toEqual(index === 0 ? report.before : report.steps[index - 1]?.after);
    }
    expect(report.after).toEqual(report.steps.at(-1)?.after);
    expect(report.after.parameters).toBeLessThan(report.before.parameters);
    expect(report.after.bytes).toBe((await readFile(input.out)).byteLength);
    expect(report.sha256).toBe(await hashFile(input.out));
    expect(report.agreement?.images).toBe(3);
    const fractions = reports.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(reports.some(({ step }) => step.startsWith('Step 3 of 3 (quantize to int8): '))).toBe(true);
    expect(await others()).toEqual([expect.stringMatching(/^derived \d+\.onnx$/)]);
  });

  it('leaves nothing open in the recipe, which gives the same bytes again', async () => {
    const { context } = recordingContext();
    const first = await operations.derive(request(), context);
    const [, prune, quantize] = first.recipe.steps;
    expect(first.recipe.original).toBe(await hashFile(model));
    expect(prune).toMatchObject({ options: { roundTo: expect.any(Number) } });
    expect(quantize).toMatchObject({ options: { reduceRange: expect.any(Boolean) } });
    expect(JSON.stringify(quantize)).not.toContain('maxDrop');
    expect(first.steps.map(({ step }) => step)).toEqual(first.recipe.steps);
    const again = await operations.derive(request({ recipe: first.recipe }), context);
    expect(again.sha256).toBe(first.sha256);
    expect(again.recipe).toEqual(first.recipe);
  });
});
