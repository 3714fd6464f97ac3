import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import type { OperationContext, QuantizeOptions } from '../api.ts';
import type { DetectorSpec } from '../types.ts';
import { calibrate } from './calibrate.ts';
import { calibrationInput, inputDims } from './calibrationInput.ts';
import type { Quantized } from './dynamic.ts';
import { planGrids, tensorsToQuantize } from './planGrids.ts';
import { insertQdq } from './qdq.ts';
import { factsOfModel, selectNodes } from './select.ts';
import type { WeightLimit } from './weights.ts';

/** Quantizes weights and activations to 8 bits with ranges measured on pictures; the result is in QDQ form. */
export async function quantizeStatic(
  proto: ModelProto,
  spec: DetectorSpec,
  images: readonly string[],
  options: QuantizeOptions & { readonly weightLimit: WeightLimit },
  context: OperationContext,
): Promise<Quantized & { readonly warnings: readonly string[] }> {
  const quantized = clone(ModelProtoSchema, proto);
  const facts = factsOfModel(quantized, { [spec.input.name]: inputDims(spec) });
  const tensors = tensorsToQuantize(facts, selectNodes(facts, options));
  const request = {
    inputName: spec.input.name,
    inputs: images.map((path) => calibrationInput(path, spec)),
    tensors,
    calibrator: options.calibrator,
    percentile: options.percentile,
    steps: 255,
  };
  const ranges = await calibrate(quantized, request, context);
  const selection = selectNodes(facts, options, ranges);
  insertQdq(facts, selection, planGrids(facts, selection, ranges, options.activations), options);
  return { proto: quantized, selection, warnings: [] };
}
