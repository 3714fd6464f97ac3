import { clone } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { Tensor } from 'onnxruntime-node';
import type { OperationContext, QuantizeOptions } from '../api.ts';
import { decodeImage } from '../detect/image.ts';
import { prepareInput } from '../detect/preprocess.ts';
import { constantsOf } from '../graph/constants.ts';
import { inferShapes } from '../graph/shapes.ts';
import type { DetectorSpec } from '../types.ts';
import { type CalibrationInput, calibrate } from './calibrate.ts';
import { planGrids, tensorsToQuantize } from './planGrids.ts';
import { insertQdq } from './qdq.ts';
import { factsOf, type GraphFacts, type Selection, selectNodes } from './select.ts';
import type { WeightLimit } from './weights.ts';

/** A rewritten model and what was decided for its nodes. */
export interface Quantized {
  readonly proto: ModelProto;
  readonly selection: Selection;
}

/** Quantizes weights and activations to 8 bits with ranges measured on pictures; the result is in QDQ form. */
export async function quantizeStatic(
  proto: ModelProto,
  spec: DetectorSpec,
  images: readonly string[],
  options: QuantizeOptions & { readonly weightLimit: WeightLimit },
  context: OperationContext,
): Promise<Quantized> {
  const quantized = clone(ModelProtoSchema, proto);
  const facts = gatherFacts(quantized, spec);
  const tensors = tensorsToQuantize(facts, selectNodes(facts, options));
  const request = {
    inputName: spec.input.name,
    inputs: images.map((path) => calibrationInput(path, spec)),
    tensors,
    calibrator: options.calibrator,
    percentile: options.percentile,
  };
  const ranges = await calibrate(quantized, request, context);
  const selection = selectNodes(facts, options, ranges);
  insertQdq(facts, selection, planGrids(facts, selection, ranges, options.activations), options);
  return { proto: quantized, selection };
}

function gatherFacts(proto: ModelProto, spec: DetectorSpec): GraphFacts {
  const graph = proto.graph ?? emptyGraph(proto);
  return factsOf(graph, constantsOf(graph), inferShapes(proto, { [spec.input.name]: inputDims(spec) }));
}

function emptyGraph(proto: ModelProto): GraphProto {
  throw new TypeError(`A model of ${proto.producerName} has no graph.`);
}

function inputDims({ input }: DetectorSpec): number[] {
  return input.layout === 'NCHW' ? [1, 3, ...input.size] : [1, ...input.size, 3];
}

/** A picture, prepared exactly as it is for detection. */
function calibrationInput(path: string, spec: DetectorSpec): CalibrationInput {
  const dims = inputDims(spec);
  return {
    path,
    load: async () => {
      const { data } = prepareInput(await decodeImage(path), spec);
      return spec.input.type === 'uint8'
        ? new Tensor('uint8', Uint8Array.from(data), dims)
        : new Tensor('float32', data, dims);
    },
  };
}
