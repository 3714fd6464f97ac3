import {
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation,
} from 'onnx-buf';
import { constantsOf } from '../graph/constants.ts';
import { attributeInt } from '../graph/nodes.ts';
import { elementCount, floatsOf } from '../graph/tensors.ts';
import { indexGraph } from '../graph/topology.ts';

/** How a layer's weights are kept: as floats, as integers converted back before use (`qdq`), or used as integers. */
type WeightScheme = 'float' | 'qdq' | 'dynamic';

/** The constant weights of a layer. Weights that several layers share appear once, under the first of them. */
export interface LayerWeights {
  /** The layer's node name, or the name of its output where it has none. */
  readonly name: string;
  readonly node: NodeProto;
  readonly tensor: TensorProto;
  readonly scheme: WeightScheme;
  /** What stands for zero in integer weights, and the axis along which it varies when there is one for each channel. */
  readonly zeroPoint?: { readonly tensor: TensorProto; readonly axis: number };
  /** Names of all layers that use these weights. */
  readonly readers: readonly string[];
}

/** Where the weights of a layer enter it, and where their zero point does. */
interface WeightInputs {
  readonly weights: readonly number[];
  readonly zeroPoint?: number;
  readonly scheme: WeightScheme;
}

/** Layers whose weights are multiplied with their input. QLinear operators are what QDQ graphs are fused into. */
const layerInputs: ReadonlyMap<string, WeightInputs> = new Map(
  Object.entries<WeightInputs>({
    Conv: { weights: [1], scheme: 'float' },
    FusedConv: { weights: [1], scheme: 'float' },
    ConvTranspose: { weights: [1], scheme: 'float' },
    Gemm: { weights: [1], scheme: 'float' },
    MatMul: { weights: [1, 0], scheme: 'float' },
    ConvInteger: { weights: [1], zeroPoint: 3, scheme: 'dynamic' },
    MatMulInteger: { weights: [1], zeroPoint: 3, scheme: 'dynamic' },
    QLinearConv: { weights: [3], zeroPoint: 5, scheme: 'qdq' },
    QLinearMatMul: { weights: [3], zeroPoint: 5, scheme: 'qdq' },
  }),
);

/** A node's name for people: its own, else its first output's. */
export function layerName(node: NodeProto): string {
  return node.name === '' ? (node.output[0] ?? '') : node.name;
}

/** Finds the constant behind a tensor name, also through the nodes that convert constants before use. */
export interface ConstantFinder {
  readonly graph: GraphProto;
  readonly find: (name: string) => FoundConstant | undefined;
  readonly producer: (name: string) => NodeProto | undefined;
}

interface FoundConstant {
  readonly tensor: TensorProto;
  /** The DequantizeLinear that converts it, if one does. */
  readonly dequantize?: NodeProto;
}

const convertingOperators = new Set(['DequantizeLinear', 'QuantizeLinear', 'Cast', 'Identity', 'Reshape', 'Unsqueeze']);

/** Prepares a graph for looking constants up. */
function constantFinder(graph: GraphProto): ConstantFinder {
  const constants = constantsOf(graph);
  const { producers } = indexGraph(graph);
  const find = (name: string): FoundConstant | undefined => {
    let dequantize: NodeProto | undefined;
    const seen = new Set<string>();
    for (let current = name; !seen.has(current); ) {
      seen.add(current);
      const tensor = constants.get(current);
      if (tensor !== undefined) return dequantize === undefined ? { tensor } : { tensor, dequantize };
      const node = producers.get(current);
      if (node === undefined || !convertingOperators.has(node.opType)) return undefined;
      if (node.opType === 'DequantizeLinear') dequantize = node;
      current = node.input[0] ?? '';
    }
    return undefined;
  };
  return { graph, find, producer: (name) => producers.get(name) };
}

/**
 * True for the fixed weights 0, 1, 2 ... with which DFL heads turn a distribution over bins into a distance: they are part of
 * the decoding, not learned.
 */
function isRamp(tensor: TensorProto): boolean {
  if (tensor.dataType !== DataType.FLOAT && tensor.dataType !== DataType.FLOAT16) return false;
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) return false;
  const count = elementCount(tensor);
  return count > 1 && count <= 64 && floatsOf(tensor).every((value, index) => value === index);
}

/** The weights of one layer, or undefined for other nodes and for layers that multiply two computed tensors. */
function weightsOf(node: NodeProto, finder: ConstantFinder): Omit<LayerWeights, 'readers'> | undefined {
  const inputs = layerInputs.get(node.opType);
  if (inputs === undefined) return undefined;
  for (const index of inputs.weights) {
    const found = finder.find(node.input[index] ?? '');
    if (found === undefined || isRamp(found.tensor)) continue;
    const { tensor, dequantize } = found;
    const scheme = dequantize === undefined ? inputs.scheme : 'qdq';
    const zeroName = dequantize === undefined ? node.input[inputs.zeroPoint ?? -1] : dequantize.input[2];
    const zero = finder.find(zeroName ?? '')?.tensor;
    const isMatrix = node.opType === 'MatMulInteger' || node.opType === 'QLinearMatMul';
    const axis = dequantize === undefined ? (isMatrix ? -1 : 0) : attributeInt(dequantize, 'axis', 1);
    const zeroPoint = zero === undefined ? {} : { zeroPoint: { tensor: zero, axis } };
    return { name: layerName(node), node, tensor, scheme, ...zeroPoint };
  }
  return undefined;
}

/** The constant weights of all Conv, ConvTranspose, Gemm and MatMul layers, float or quantized, in graph order. */
export function layerWeights(proto: ModelProto, finder = finderOf(proto)): LayerWeights[] {
  const found = new Map<TensorProto, LayerWeights & { readers: string[] }>();
  for (const node of finder.graph.node) {
    const weights = weightsOf(node, finder);
    if (weights === undefined) continue;
    const shared = found.get(weights.tensor);
    if (shared === undefined) found.set(weights.tensor, { ...weights, readers: [weights.name] });
    else shared.readers.push(weights.name);
  }
  return [...found.values()];
}

/** As `constantFinder`, for a model that was read and so has a graph. */
export function finderOf(proto: ModelProto): ConstantFinder {
  if (proto.graph === undefined) throw new Error('The model has no graph.');
  return constantFinder(proto.graph);
}

/** Weights that can be pruned: those of `layerWeights` that are kept as floats. */
export function prunableWeights(proto: ModelProto): LayerWeights[] {
  return layerWeights(proto).filter(
    ({ scheme, tensor }) =>
      scheme === 'float' && (tensor.dataType === DataType.FLOAT || tensor.dataType === DataType.FLOAT16),
  );
}
