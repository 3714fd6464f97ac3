import { type GraphProto, type ModelProto, type TensorProto, TensorProto_DataLocation } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { elementTypeName, isElementType, packedBytes } from './elementTypes.ts';
import { tensorsIn } from './externalData.ts';
import { isDefaultDomain, opsetOf } from './nodes.ts';
import { elementCount, typedValues } from './tensors.ts';
import { sortNodes } from './topology.ts';

/** The newest that onnxruntime 1.30 accepts, found by trying. */
export const newestIrVersion = 13;
export const newestOpset = 26;

/**
 * Checks that a decoded model can be worked with: versions the runtime knows, a graph with nodes and outputs.
 * @returns the graph
 * @throws StudioError `model-unsupported` for versions that are too new, `model-corrupt` for the rest
 */
export function checkModel(path: string, proto: ModelProto): GraphProto {
  const { graph } = proto;
  if (graph === undefined) throw new StudioError('model-corrupt', `${path} holds no graph.`);
  if (proto.irVersion > newestIrVersion) {
    throw new StudioError(
      'model-unsupported',
      `${path} has ONNX IR version ${proto.irVersion}; the newest that can be run here is ${newestIrVersion}.`,
      { hint: 'Export the model again with an older version of the onnx package, or update Boxwright.' },
    );
  }
  const opset = opsetOf(proto);
  if (opset > newestOpset) {
    throw new StudioError(
      'model-unsupported',
      `${path} uses ONNX opset ${opset}; the newest that can be run here is ${newestOpset}.`,
      {
        hint: `Export the model again with opset ${newestOpset} or lower (17 suits most runtimes), or update Boxwright.`,
      },
    );
  }
  if (graph.node.length === 0) throw new StudioError('model-corrupt', `${path} holds a graph without any node.`);
  if (graph.output.length === 0) {
    throw new StudioError('model-corrupt', `${path} declares no outputs, so nothing could be read from it.`, {
      hint: 'Export the model again; the graph must name its output tensors.',
    });
  }
  const unnamed = graph.node.find((node) => node.opType === '');
  if (unnamed !== undefined) {
    throw new StudioError('model-corrupt', `${path} has a node without an operator ("${unnamed.name}").`);
  }
  sortNodes(graph, path);
  return graph;
}

/**
 * Checks that every tensor is of a known type, has sizes that can be, and as much data as they need.
 * @throws StudioError `model-corrupt`
 */
export function checkTensors(path: string, graph: GraphProto): void {
  for (const tensor of tensorsIn(graph)) {
    const why = whyUnsound(tensor);
    if (why === undefined) continue;
    throw new StudioError('model-corrupt', `${path}: tensor "${tensor.name}" ${why}.`, {
      hint: 'Download or export the model again.',
    });
  }
}

function whyUnsound(tensor: TensorProto): string | undefined {
  const { dataType, rawData } = tensor;
  const shape = `[${tensor.dims.slice(0, 16).join(', ')}${tensor.dims.length > 16 ? ', …' : ''}]`;
  if (tensor.dims.some((dim) => dim < 0n)) return `has the shape ${shape}, with a size below 0`;
  if (!isElementType(dataType)) return `holds values of the unknown type ${dataType}`;
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) return undefined;
  const count = elementCount(tensor);
  if (rawData.byteLength > 0) {
    const expected = packedBytes(dataType, count);
    if (expected === rawData.byteLength) return undefined;
    return expected === undefined
      ? `holds ${elementTypeName(dataType)} as ${rawData.byteLength} bytes, which is no way to keep them`
      : `has ${rawData.byteLength} bytes where its shape ${shape} needs ${expected}`;
  }
  const { length, needed } = typedValues(tensor, count);
  return length === needed ? undefined : `has ${length} values where its shape ${shape} needs ${needed}`;
}

/** Opset version by domain, the default domain under "". */
export function opsetsOf(proto: ModelProto): Record<string, number> {
  return Object.fromEntries(
    proto.opsetImport.map((entry) => [isDefaultDomain(entry.domain) ? '' : entry.domain, Number(entry.version)]),
  );
}
