import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import type { OperationContext } from '../api.ts';
import { foldBatchNorm } from '../graph/foldBatchNorm.ts';
import { raiseOpset } from '../graph/opset.ts';
import type { QuantizeOptions } from '../recipeSchema.ts';
import type { DetectorSpec } from '../types.ts';
import { inputDims } from './calibrationInput.ts';
import { quantizeDynamic } from './dynamic.ts';
import { convertToHalf } from './half.ts';
import { planGrids, tensorsToQuantize } from './planGrids.ts';
import { insertQdq } from './qdq.ts';
import { qdqOpset } from './quantize.ts';
import { factsOfModel, selectNodes } from './select.ts';
import { staticSource } from './static.ts';

/** What stands for ranges that nobody has measured: sizes do not depend on them. */
const anyRange = { min: -1, max: 1 } as const;

/**
 * A model of the operators and sizes that quantizing would give, without running the network: its activations have made-up
 * grids, so it is only good for being counted. Layers that the ranges would keep in float count as quantized.
 */
export async function predictQuantize(
  proto: ModelProto,
  options: QuantizeOptions,
  specOf: () => Promise<DetectorSpec>,
  context: OperationContext,
): Promise<ModelProto> {
  const folded = foldBatchNorm(proto);
  switch (options.precision) {
    case 'int8':
    case '16x8':
      return withMadeUpGrids(raiseOpset(folded, qdqOpset), options, await specOf());
    case 'int8-dynamic':
      return quantizeDynamic(raiseOpset(folded, qdqOpset), options).proto;
    case 'fp16':
      return (await convertToHalf(folded, options, [], specOf, context)).proto;
  }
}

function withMadeUpGrids(prepared: ModelProto, options: QuantizeOptions, spec: DetectorSpec): ModelProto {
  const source = staticSource(prepared, spec, [], { ...options, weightLimit: 127 });
  const proto = clone(ModelProtoSchema, source.proto);
  const facts = factsOfModel(proto, { [spec.input.name]: inputDims(spec) });
  const given = new Map((options.floatLayers ?? []).map((output) => [output, 'returned to float'] as const));
  const selection = selectNodes(facts, { ...options, floatOutputs: given });
  const ranges = new Map(tensorsToQuantize(facts, selection).map((tensor) => [tensor, anyRange] as const));
  const grids = planGrids(facts, selection, ranges, source.activations, options.symmetric);
  insertQdq(proto, facts, selection, grids, { ...source.options, activations: source.activations });
  return proto;
}
