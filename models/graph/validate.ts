import { type GraphProto, type ModelProto, TensorProto_DataLocation } from 'onnx-buf';
import { StudioError } from '../errors.ts';
import { packedBytes } from './elementTypes.ts';
import { tensorsIn } from './externalData.ts';
import { isDefaultDomain, opsetOf } from './nodes.ts';
import { dimsOf, elementCount } from './tensors.ts';
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
 * Checks that every tensor's raw data has the size its shape needs.
 * @throws StudioError `model-corrupt`
 */
export function checkTensorSizes(path: string, graph: GraphProto): void {
  for (const tensor of tensorsIn(graph)) {
    if (tensor.rawData.byteLength === 0 || tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) continue;
    const expected = packedBytes(tensor.dataType, elementCount(tensor));
    if (expected === undefined || expected === tensor.rawData.byteLength) continue;
    throw new StudioError(
      'model-corrupt',
      `${path}: tensor "${tensor.name}" has ${tensor.rawData.byteLength} bytes where its shape [${dimsOf(tensor).join(', ')}] needs ${expected}.`,
      { hint: 'Download or export the model again.' },
    );
  }
}

/** Opset version by domain, the default domain under "". */
export function opsetsOf(proto: ModelProto): Record<string, number> {
  return Object.fromEntries(
    proto.opsetImport.map((entry) => [isDefaultDomain(entry.domain) ? '' : entry.domain, Number(entry.version)]),
  );
}
