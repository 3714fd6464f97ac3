import { clone } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type NodeProto } from 'onnx-buf';
import type { OperationContext } from '../api.ts';
import { makeFloatTensor } from '../graph/tensors.ts';
import { removeUnused, sortNodes } from '../graph/topology.ts';
import type { Measured } from './calibrate.ts';
import { decibelsOf } from './decibels.ts';
import { addConstant, addNode, editGraph, type GraphEditor } from './graphEditor.ts';
import type { Grid } from './grid.ts';
import { nodeLabel } from './layerName.ts';
import { activatedOutput } from './noiseGuard.ts';
import { outputInfo, scalarOf, withSession } from './observe.ts';
import { isLayer } from './operators.ts';
import { layerWeights } from './qdq.ts';
import { siluProductOf } from './silu.ts';
import { planStatic, type StaticSource } from './static.ts';
import { dequantizeWeights } from './weights.ts';

/** How much quantizing one layer alone distorts its result. */
export interface LayerNoise {
  /** The layer's first output, which names it for sure. */
  readonly output: string;
  readonly name: string;
  readonly operator: string;
  /** 20 * log10(|x| / |x - q(x)|) in dB, x being the layer's activated result over all pictures; higher is better. */
  readonly sqnr: number;
}

interface Probe {
  readonly proto: ModelProto;
  readonly layers: readonly { readonly node: NodeProto; readonly signal: string; readonly noise: string }[];
}

/**
 * Ranks the layers that would be quantized by what quantizing each alone does to its result, worst first. Beside every layer runs a
 * copy of it on rounded input and weights; only sums leave the graph, so memory does not grow with the pictures.
 */
export async function measureLayerNoise(
  source: StaticSource,
  ranges: Map<string, Measured>,
  context: OperationContext,
): Promise<LayerNoise[]> {
  const probe = makeNoiseProbe(source, ranges);
  const sums = new Map<NodeProto, { signal: number; noise: number }>();
  if (probe.layers.length === 0) return [];
  await withSession(probe.proto, async (session) => {
    for (const [index, input] of source.inputs.entries()) {
      context.signal.throwIfAborted();
      context.report({ step: 'Measuring what each layer costs', fraction: index / source.inputs.length });
      const results = await session.run({ ...input.extra, [source.spec.input.name]: await input.load() });
      for (const { node, signal, noise } of probe.layers) {
        const before = sums.get(node) ?? { signal: 0, noise: 0 };
        sums.set(node, {
          signal: before.signal + scalarOf(results[signal]),
          noise: before.noise + scalarOf(results[noise]),
        });
      }
    }
  });
  return [...sums]
    .map(([node, { signal, noise }]) => ({
      output: node.output[0] ?? '',
      name: nodeLabel(node),
      operator: node.opType,
      sqnr: decibelsOf(signal, noise),
    }))
    .sort((a, b) => a.sqnr - b.sqnr);
}

function makeNoiseProbe(source: StaticSource, ranges: Map<string, Measured>): Probe {
  const proto = clone(ModelProtoSchema, source.proto);
  const { facts, selection, grids } = planStatic(source, proto, ranges);
  const editor = editGraph(facts.graph);
  editor.nodes.push(...sortNodes(facts.graph));
  const rounded = new Map<string, string>();
  const round = (tensor: string, grid: Grid | undefined) =>
    grid === undefined ? tensor : addRounding(editor, tensor, grid);
  const layers: { node: NodeProto; signal: string; noise: string }[] = [];
  for (const node of [...selection.lowered].filter(isLayer)) {
    const [input = '', weightsName = '', ...rest] = node.input;
    const [output = ''] = node.output;
    const grid = grids.get(input);
    const weights = grid === undefined ? undefined : layerWeights(node, facts, grid.scale, source.options);
    if (weights === undefined) continue;
    const values = dequantizeWeights(weights.quantized, weights.dims, weights.axis);
    const roundedWeights = addConstant(editor, `${weightsName}_rounded`, (name) =>
      makeFloatTensor(name, weights.dims, values),
    );
    const roundedInput = rounded.get(input) ?? round(input, grid);
    rounded.set(input, roundedInput);
    const copy = addCopy(editor, node, [roundedInput, roundedWeights, ...rest]);
    const target = activatedOutput(node, facts.index);
    const result = addActivation(editor, node, round(copy, grids.get(output)), facts.index);
    const final = target === output ? result : round(result, grids.get(target));
    const whole = { attributes: { keepdims: { int: 0 } } };
    const signal = addNode(editor, 'ReduceSumSquare', [target], `${target}_signal`, whole);
    const difference = addNode(editor, 'Sub', [target, final], `${target}_difference`);
    layers.push({ node, signal, noise: addNode(editor, 'ReduceSumSquare', [difference], `${target}_noise`, whole) });
  }
  facts.graph.node = editor.nodes;
  facts.graph.output = layers.flatMap(({ signal, noise }) => [outputInfo(signal), outputInfo(noise)]);
  removeUnused(facts.graph);
  return { proto, layers };
}

/** A second node like the given one; gives its output. */
function addCopy(editor: GraphEditor, node: NodeProto, inputs: readonly string[]): string {
  const output = addNode(editor, node.opType, inputs, `${node.output[0] ?? ''}_copy`);
  const copy = editor.nodes.at(-1);
  if (copy !== undefined) copy.attribute = node.attribute;
  return output;
}

/** Leads a copy of a layer's result through a copy of the activation behind the layer. */
function addActivation(
  editor: GraphEditor,
  layer: NodeProto,
  copy: string,
  index: Parameters<typeof siluProductOf>[1],
): string {
  const output = layer.output[0] ?? '';
  if (activatedOutput(layer, index) === output) return copy;
  if (siluProductOf(output, index) !== undefined) {
    const gate = addNode(editor, 'Sigmoid', [copy], `${output}_gate`);
    return addNode(editor, 'Mul', [copy, gate], `${output}_silu`);
  }
  const [reader] = index.consumers.get(output) ?? [];
  return reader === undefined ? copy : addCopy(editor, reader, [copy, ...reader.input.slice(1)]);
}

/**
 * Rounds to a grid by plain arithmetic, which no optimizer takes for a quantized model's: x is divided by the scale, rounded (ties
 * to even), clipped and multiplied again.
 */
function addRounding(editor: GraphEditor, tensor: string, { scale, zeroPoint, low, high }: Grid): string {
  const constant = (what: string, value: number) =>
    addConstant(editor, `${tensor}_${what}`, (name) => makeFloatTensor(name, [], [value]));
  const step = constant('step', scale);
  const divided = addNode(editor, 'Div', [tensor, step], `${tensor}_divided`);
  const whole = addNode(editor, 'Round', [divided], `${tensor}_whole`);
  const bounds = [constant('lowest', low - zeroPoint), constant('highest', high - zeroPoint)];
  const clipped = addNode(editor, 'Clip', [whole, ...bounds], `${tensor}_clipped`);
  return addNode(editor, 'Mul', [clipped, step], `${tensor}_rounded`);
}
