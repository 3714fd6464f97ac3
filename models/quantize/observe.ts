import { clone, create } from '@bufbuild/protobuf';
import { TensorProto_DataType as DataType, type ModelProto, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { makeNode } from '../graph/nodes.ts';
import { namesIn, removeUnused, uniqueName } from '../graph/topology.ts';

/** A model that gives, instead of its own outputs, statistics of chosen tensors. */
export interface RangeProbe {
  readonly proto: ModelProto;
  /** Names of the scalar outputs, in the order of the tensors asked for. */
  readonly outputs: readonly {
    readonly tensor: string;
    readonly min: string;
    readonly max: string;
    readonly squares: string;
    readonly size: string;
    /** Name of the output [N, C, 1 ...] that holds the mean of each channel, for the tensors that it was asked for. */
    readonly channelMeans?: string;
  }[];
}

/** Declares an output of a probe. */
export function outputInfo(name: string, elemType = DataType.FLOAT) {
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType } } } });
}

/**
 * Adds ReduceMin, ReduceMax, ReduceSumSquare and Size behind each tensor: they are found where the values are, nothing is copied
 * out.
 * @param pictures tensors [N, C, H, W] of which the mean of each channel is wanted as well
 */
export function makeRangeProbe(
  proto: ModelProto,
  tensors: readonly string[],
  pictures: ReadonlySet<string> = new Set(),
): RangeProbe {
  const probed = clone(ModelProtoSchema, proto);
  const { graph } = probed;
  if (graph === undefined) return { proto: probed, outputs: [] };
  const taken = namesIn(graph);
  const outputs = tensors.map((tensor) => ({
    tensor,
    min: uniqueName(taken, `${tensor}_min`),
    max: uniqueName(taken, `${tensor}_max`),
    squares: uniqueName(taken, `${tensor}_squares`),
    size: uniqueName(taken, `${tensor}_size`),
    ...(pictures.has(tensor) ? { channelMeans: uniqueName(taken, `${tensor}_means`) } : {}),
  }));
  const whole = { attributes: { keepdims: { int: 0 } } };
  for (const { tensor, min, max, squares, size, channelMeans } of outputs) {
    if (channelMeans !== undefined) graph.node.push(makeNode('GlobalAveragePool', [tensor], [channelMeans]));
    graph.node.push(makeNode('ReduceMin', [tensor], [min], whole), makeNode('ReduceMax', [tensor], [max], whole));
    graph.node.push(makeNode('ReduceSumSquare', [tensor], [squares], whole), makeNode('Size', [tensor], [size]));
  }
  graph.output = outputs.flatMap(({ min, max, squares, size, channelMeans }) => [
    ...(channelMeans === undefined ? [] : [outputInfo(channelMeans)]),
    outputInfo(min, DataType.FLOAT),
    outputInfo(max, DataType.FLOAT),
    outputInfo(squares, DataType.FLOAT),
    outputInfo(size, DataType.INT64),
  ]);
  removeUnused(graph);
  return { proto: probed, outputs };
}

/** A model whose outputs are the chosen tensors themselves (graph inputs are not among them). */
export function makeTensorProbe(proto: ModelProto, tensors: readonly string[]): ModelProto {
  const probed = clone(ModelProtoSchema, proto);
  if (probed.graph === undefined) return probed;
  probed.graph.output = tensors.map((name) => outputInfo(name, DataType.FLOAT));
  removeUnused(probed.graph);
  return probed;
}
