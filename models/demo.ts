import { join, resolve } from 'node:path';
import type { EngineOperations, OperationContext, OperationInput } from './api.ts';
import { parseInput } from './parseInput.ts';
import { partOf } from './progress.ts';
import { samplePaths } from './samples/sample.ts';
import type { DemoReport } from './types.ts';

/** Share of the weights that the demo prunes. */
const amount = 0.3;

/**
 * The whole main job on the sample, through the same operations as everything else: inspect, prune, quantize, compare with
 * report, bundle, verify. Results lie in `boxwright-demo` in the current folder unless `out` says otherwise.
 */
export async function runDemo(
  operations: EngineOperations,
  input: OperationInput<'demo'>,
  context: OperationContext,
): Promise<DemoReport> {
  const folder = resolve(input.out ?? 'boxwright-demo');
  const { model, images } = samplePaths();
  const files = {
    pruned: join(folder, 'sample-pruned.onnx'),
    quantized: join(folder, 'sample-int8.onnx'),
    report: join(folder, 'report.html'),
    csv: join(folder, 'figures.csv'),
    bundle: join(folder, 'sample-int8.zip'),
  };
  await operations.inspect(parseInput('inspect', { model }), partOf(context, 0, 0.02, 'Inspecting'));
  await operations.prune(
    parseInput('prune', { model, out: files.pruned, options: { amount } }),
    partOf(context, 0.02, 0.1, 'Pruning'),
  );
  await operations.quantize(
    parseInput('quantize', { model, out: files.quantized, options: { precision: 'int8' }, data: images }),
    partOf(context, 0.1, 0.35, 'Quantizing'),
  );
  const compare = await operations.compare(
    parseInput('compare', {
      baseline: model,
      variants: [files.pruned, files.quantized],
      images,
      report: files.report,
      csv: files.csv,
    }),
    partOf(context, 0.35, 0.85, 'Comparing'),
  );
  await operations.export(
    parseInput('export', { model: files.quantized, target: 'node', out: files.bundle, images: [], license: 'MIT' }),
    partOf(context, 0.85, 0.93, 'Bundling'),
  );
  const verify = await operations.verify(
    parseInput('verify', { bundle: files.bundle }),
    partOf(context, 0.93, 1, 'Verifying'),
  );
  const { pruned, quantized, report, bundle } = files;
  return { folder, report, bundle, pruned, quantized, compare, verify };
}
