import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import type { OperationContext } from '../api.ts';
import type { QuantizeOptions } from '../recipeSchema.ts';
import type { DetectorSpec } from '../types.ts';
import { type CalibrationInput, calibrate, type Measured } from './calibrate.ts';
import { calibrationInput, inputDims } from './calibrationInput.ts';
import type { Quantized } from './dynamic.ts';
import { type ActivationType, stepsOf } from './grid.ts';
import { planGrids, tensorsToQuantize } from './planGrids.ts';
import { insertQdq } from './qdq.ts';
import { factsOfModel, selectNodes } from './select.ts';
import type { WeightLimit } from './weights.ts';

/** What a static quantization starts from; every variant of one model shares it. */
export interface StaticSource {
  /** The float model, prepared. It is not changed. */
  readonly proto: ModelProto;
  readonly spec: DetectorSpec;
  readonly inputs: readonly CalibrationInput[];
  readonly options: QuantizeOptions & { readonly weightLimit: WeightLimit };
  readonly activations: ActivationType;
}

/** @param proto the float model with its batch normalization folded, at opset 13 or later */
export function staticSource(
  proto: ModelProto,
  spec: DetectorSpec,
  images: readonly string[],
  options: StaticSource['options'],
): StaticSource {
  const wide = options.activations === 'int8' ? 'int16' : 'uint16';
  const activations = options.precision === '16x8' ? wide : options.activations;
  const stemGuard = options.stemGuard && options.precision === 'int8';
  const inputs = images.map((path) => calibrationInput(path, spec));
  return { proto, spec, inputs, options: { ...options, stemGuard }, activations };
}

/** Measures on the pictures the range of every tensor that could be quantized. */
export function measureRanges(source: StaticSource, context: OperationContext): Promise<Map<string, Measured>> {
  const { proto, spec, inputs, options } = source;
  const facts = factsOfModel(proto, { [spec.input.name]: inputDims(spec) });
  const selection = selectNodes(facts, options);
  const convolutions = [...selection.lowered].filter(({ opType }) => opType === 'Conv');
  const request = {
    inputName: spec.input.name,
    inputs,
    tensors: tensorsToQuantize(facts, selection),
    pictures: new Set(convolutions.map((node) => node.input[0] ?? '')),
    calibrator: options.calibrator,
    percentile: options.percentile,
    steps: stepsOf(source.activations),
  };
  return calibrate(proto, request, context);
}

/** What is decided about a model before it is rewritten. */
export function planStatic(
  { spec, options, activations }: StaticSource,
  proto: ModelProto,
  ranges: Map<string, Measured>,
  floatOutputs: ReadonlyMap<string, string> = new Map(),
) {
  const facts = factsOfModel(proto, { [spec.input.name]: inputDims(spec) });
  const given = (options.floatLayers ?? []).map(
    (output) => [output, 'returned to float by an earlier search'] as const,
  );
  const selection = selectNodes(facts, { ...options, floatOutputs: new Map([...given, ...floatOutputs]) }, ranges);
  return { facts, selection, grids: planGrids(facts, selection, ranges, activations, options.symmetric) };
}

/**
 * Quantizes weights to 8 bits and activations to 8 or 16 with ranges measured before; the result is in QDQ form.
 * @param floatOutputs layers, by their first output, that stay float, with the reason
 */
export function buildStatic(
  source: StaticSource,
  ranges: Map<string, Measured>,
  floatOutputs?: ReadonlyMap<string, string>,
): Quantized {
  const proto = clone(ModelProtoSchema, source.proto);
  const { facts, selection, grids } = planStatic(source, proto, ranges, floatOutputs);
  insertQdq(proto, facts, selection, grids, { ...source.options, activations: source.activations, measured: ranges });
  return { proto, selection };
}
