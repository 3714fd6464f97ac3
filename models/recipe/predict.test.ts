import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationInputs } from '../api.ts';
import { operations } from '../operations.ts';
import { recipe } from '../recipeSchema.ts';
import { samplePaths } from '../samples/sample.ts';
import { recordingContext } from '../testing/context.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { hasSharedFolder, sharedPath } from '../testing/shared.ts';

const folder = temporaryFolder();
const pictures = samplePaths().images.slice(0, 2);
const models = [
  samplePaths().model,
  ...(hasSharedFolder ? [sharedPath('models', 'yolov8n', 'yolov8n.onnx')] : []),
] as const;

/** Relative error that a foretold size may have. */
const tolerance = 0.05;

describe('predict', { timeout: 120_000 }, () => {
  it.each(models.flatMap((model) => (['int8', 'fp16'] as const).map((precision) => ({ model, precision }))))(
    'foretells parameters, MACs and the size of $precision of $model',
    async ({ model, precision }) => {
      const { context } = recordingContext();
      const given = recipe.parse({
        version: 1,
        steps: [
          { operation: 'fold' },
          { operation: 'prune', options: { method: 'channel', amount: 0.3, recover: 'none' } },
          { operation: 'quantize', options: { precision } },
        ],
      });
      const { before, steps } = await operations.predict(
        operationInputs.predict.parse({ model, recipe: given }),
        context,
      );
      const out = join(folder, `${precision}.onnx`);
      const request = operationInputs.derive.parse({ model, recipe: given, out, data: pictures, gate: false });
      const made = await operations.derive(request, context);
      expect(before.bytes).toBe((await stat(model)).size);
      for (const [index, { after }] of made.steps.entries()) {
        const foretold = steps[index];
        expect(foretold?.parameters).toBe(after.parameters);
        expect(foretold?.macs).toBe(after.macs);
        expect(Math.abs((foretold?.bytes ?? 0) / after.bytes - 1)).toBeLessThan(tolerance);
      }
    },
  );
});
