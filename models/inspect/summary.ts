import type { GraphProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { isDefaultDomain, opsetOf } from '../graph/nodes.ts';
import type { OnnxModel } from '../graph/read.ts';
import { inferShapes, type TensorShape } from '../graph/shapes.ts';
import { opsetsOf } from '../graph/validate.ts';
import type { LayerInfo, ModelFigures, ModelSummary, TensorInfo } from '../types.ts';
import { macsOf } from './cost.ts';
import { parametersByNode } from './parameters.ts';
import { modelPrecision } from './precision.ts';
import { assumeSizes } from './sizes.ts';
import { countedShare, countWeights, type WeightCounts } from './weightCounts.ts';
import { finderOf, layerName, layerWeights } from './weights.ts';

/** Domains whose operators the runtime carries. */
const runtimeDomains = new Set(['ai.onnx.ml', 'com.microsoft', 'com.ms.internal.nhwc', 'ai.onnx.preview']);
/** The runtime promises to run models from this opset on. */
const oldestOpset = 7;

type Shapes = ReadonlyMap<string, TensorShape>;

/** A declared tensor with the numbers that could be worked out in place of open dimensions. */
function describeTensor(value: ValueInfoProto, shapes: Shapes): TensorInfo {
  const inferred = shapes.get(value.name);
  const declared =
    value.type?.value.case === 'tensorType' ? (value.type.value.value.shape?.dim ?? undefined) : undefined;
  const shape = (inferred?.dims ?? declared ?? []).map((_, axis) => {
    const name = declared?.[axis]?.value;
    return inferred?.dims[axis] ?? (name?.case === 'dimParam' && name.value !== '' ? name.value : '?');
  });
  return { name: value.name, type: inferred?.type || (value.type?.value.case ?? 'unknown'), shape };
}

/** Operators by name, most used first, those of other domains as `domain.Operator`. */
function countOperators(graph: GraphProto): Record<string, number> {
  const counts = new Map<string, number>();
  for (const node of graph.node) {
    const name = isDefaultDomain(node.domain) ? node.opType : `${node.domain}.${node.opType}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)));
}

function modelWarnings(model: OnnxModel, graph: GraphProto): string[] {
  const warnings: string[] = [];
  const opset = opsetOf(model.proto);
  if (opset < oldestOpset) {
    warnings.push(`Opset ${opset} is very old: the runtime promises to run models from opset ${oldestOpset} on.`);
  }
  if (model.externalFiles.length > 0) {
    const bytes = model.externalFiles.reduce((sum, file) => sum + file.bytes, 0);
    warnings.push(
      `${bytes.toLocaleString('en')} bytes of weights lie in separate files, which must stay beside the model.`,
    );
  }
  const share = countedShare(model.outside);
  if (share < 1) {
    warnings.push(
      `The share of zeros is an estimate from ${(100 * share).toPrecision(2)} % of the weights, spread evenly: reading all of them would take long.`,
    );
  }
  const foreign = new Set<string>();
  for (const node of graph.node) {
    const { domain, opType } = node;
    if (!isDefaultDomain(domain) && !runtimeDomains.has(domain)) foreign.add(`${domain}.${opType}`);
  }
  if (foreign.size > 0) {
    warnings.push(`Not all runtimes know these operators: ${[...foreign].join(', ')}.`);
  }
  return warnings;
}

function describeLayer(
  node: NodeProto,
  shapes: Shapes,
  macs: number | null,
  parameters: number,
  counts: WeightCounts | undefined,
): LayerInfo {
  return {
    name: layerName(node),
    operator: node.opType,
    outputShape: shapes.get(node.output[0] ?? '')?.dims.map((dim) => dim ?? '?') ?? [],
    parameters,
    macs: macs ?? 0,
    sparsity: counts === undefined || counts.elements === 0 ? 0 : counts.zeros / counts.elements,
  };
}

/**
 * What a model is made of and what it costs, whether or not it is a detector. MACs are those of a batch of one; where the file
 * leaves the picture's size open they are counted at an assumed size, and a warning says at which.
 */
export function summarize(model: OnnxModel): ModelSummary {
  const { proto, path, bytes, sha256 } = model;
  const finder = finderOf(proto);
  const { graph } = finder;
  const shapes = inferShapes(proto);
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  const realInputs = graph.input.filter((input) => !constants.has(input.name));
  const assumed = assumeSizes(proto, realInputs, shapes);
  const costShapes = assumed.sizes === undefined ? shapes : inferShapes(proto, assumed.sizes);
  const warnings = [...modelWarnings(model, graph), ...assumed.notes];

  const weights = layerWeights(proto, finder);
  const counts = new Map(weights.map((layer) => [layer.node, countWeights(layer, model.outside)]));
  const broken = weights.filter(({ node }) => (counts.get(node)?.notFinite ?? 0) > 0);
  if (broken.length > 0) {
    warnings.push(`Weights of ${broken.map(({ name }) => name).join(', ')} hold NaN or infinite values.`);
  }

  const parameters = parametersByNode(finder);
  const layers: LayerInfo[] = [];
  let total: number | null = 0;
  for (const node of graph.node) {
    const macs = macsOf(node, costShapes);
    total = total === null || macs === null ? null : total + macs;
    if (node.opType === 'Constant') continue;
    layers.push(describeLayer(node, shapes, macs, parameters.get(node) ?? 0, counts.get(node)));
  }
  const zeros = [...counts.values()].reduce((sum, count) => sum + count.zeros, 0);
  const elements = [...counts.values()].reduce((sum, count) => sum + count.elements, 0);
  return {
    path,
    bytes,
    sha256,
    irVersion: Number(proto.irVersion),
    opsets: opsetsOf(proto),
    producer: [proto.producerName, proto.producerVersion].filter((part) => part !== '').join(' '),
    nodes: graph.node.length,
    operators: countOperators(graph),
    parameters: [...parameters.values()].reduce((sum, count) => sum + count, 0),
    macs: total === null ? null : total / assumed.batch,
    sparsity: elements === 0 ? 0 : zeros / elements,
    precision: modelPrecision(weights),
    inputs: realInputs.map((input) => describeTensor(input, shapes)),
    outputs: graph.output.map((output) => describeTensor(output, shapes)),
    metadata: Object.fromEntries(proto.metadataProps.map(({ key, value }) => [key, value])),
    layers,
    warnings,
  };
}

/** What a model costs, without all else that is known of it. */
export function figuresOf({ parameters, macs, bytes, sparsity }: ModelSummary): ModelFigures {
  return { parameters, macs, bytes, sparsity };
}
