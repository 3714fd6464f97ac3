import type { OperationContext, OperationInput } from '../api.ts';
import type { Judge } from '../gate.ts';
import { readWholeModel } from '../graph/read.ts';
import { encodeModel } from '../graph/write.ts';
import { partOf } from '../progress.ts';
import type { QuantizeSensitivity } from '../types.ts';
import { measureLayerNoise } from './layerNoise.ts';
import { prepareStatic } from './quantize.ts';
import { refuseLowPrecision } from './refusals.ts';
import { evenlySpread } from './samples.ts';
import { buildStatic, measureRanges } from './static.ts';

/**
 * What quantizing each layer alone costs, worst first: the SQNR of its result over all pictures and, for the `worst` of them, the
 * loss of agreement when nothing but this layer is quantized.
 * @throws StudioError about the model or the pictures, as `quantize`
 */
export async function measureQuantizeSensitivity(
  input: Extract<OperationInput<'sensitivity'>, { for: 'quantize' }>,
  images: readonly string[],
  context: OperationContext,
  judge: Judge,
): Promise<QuantizeSensitivity> {
  const { options, worst } = input;
  context.report({ step: 'Reading the model', fraction: 0 });
  const model = await readWholeModel(input.model);
  refuseLowPrecision(model);
  const source = await prepareStatic(model, options, evenlySpread(images, options.samples), input.spec);
  const middle = worst === 0 ? 1 : 0.5;
  const ranges = await measureRanges(source, partOf(context, 0, middle / 2));
  const layers = await measureLayerNoise(source, ranges, partOf(context, middle / 2, middle));
  const drops = new Map<string, number>();
  const judged = layers.slice(0, worst);
  for (const [index, { output, name }] of judged.entries()) {
    context.signal.throwIfAborted();
    const others = layers.filter((layer) => layer.output !== output);
    const { proto } = buildStatic(source, ranges, new Map(others.map((layer) => [layer.output, 'not looked at'])));
    const start = middle + (1 - middle) * (index / judged.length);
    const { f1 } = await judge(encodeModel(proto), {
      signal: context.signal,
      report: ({ fraction }) =>
        context.report({
          step: `Quantizing ${name} alone`,
          fraction: start + ((1 - middle) / judged.length) * fraction,
        }),
    });
    drops.set(output, 1 - f1);
  }
  context.report({ step: 'Measuring what each layer costs', fraction: 1 });
  return {
    model: model.path,
    for: 'quantize',
    images: source.inputs.length,
    layers: layers.map(({ output, name, operator, sqnr }) => {
      const drop = drops.get(output);
      return { name, operator, sqnr, ...(drop === undefined ? {} : { drop }) };
    }),
  };
}
