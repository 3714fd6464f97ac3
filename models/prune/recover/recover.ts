import { clone } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema } from 'onnx-buf';
import type { Tensor } from 'onnxruntime-node';
import type { OperationContext } from '../../api.ts';
import { createSession } from '../../detect/providers.ts';
import { dimsOf, makeFloatTensor } from '../../graph/tensors.ts';
import { namesIn, uniqueName } from '../../graph/topology.ts';
import { encodeModel } from '../../graph/write.ts';
import { partOf } from '../../progress.ts';
import type { ChannelGraph } from '../channels/followChannels.ts';
import { remainingAfter } from '../channels/remaining.ts';
import type { Convolution } from './convolutions.ts';
import { type Gramian, makeGramian } from './gramian.ts';
import { type Refitted, refit, type Sample } from './refit.ts';
import { copyWindows, windowLayout } from './sampleWindows.ts';
import { type Stage, splitIntoStages, stageModel, type Values } from './stages.ts';
import { sampleTargets, type Target } from './targets.ts';

/** What is made up for: what goes with the mean of the channels that are gone (`bias`), or all that the others can give. */
export type Recovery = 'bias' | 'least-squares';

/** Puts new weights into the graph, in place. */
function store(graph: GraphProto, { node, weights, bias }: Convolution, refitted: Refitted, taken: Set<string>): void {
  weights.rawData = new Uint8Array(refitted.weights.buffer);
  weights.floatData = [];
  if (bias === undefined) {
    const name = uniqueName(taken, `${node.output[0] ?? ''}_bias`);
    graph.initializer.push(makeFloatTensor(name, [refitted.bias.length], refitted.bias));
    node.input[2] = name;
  } else {
    bias.rawData = makeFloatTensor(bias.name, dimsOf(bias), refitted.bias).rawData;
    bias.floatData = [];
  }
}

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

/** What a convolution of the pruned model sees where the whole model's was looked at; undefined where that cannot be told. */
function sampleOf(
  { node, dims, groups }: Convolution,
  targets: readonly Target[],
  pictures: readonly Values[],
): Sample | undefined {
  const windows: Float32Array[][] = Array.from({ length: groups }, () => []);
  if (targets.length < pictures.length) return undefined;
  for (const [index, { places }] of targets.entries()) {
    const input = pictures[index]?.[node.input[0] ?? ''];
    const layout = input === undefined ? undefined : windowLayout(node, input.dims, dims);
    if (!(input?.data instanceof Float32Array) || layout === undefined) return undefined;
    for (const [group, list] of windows.entries()) {
      const rows = new Float32Array(places.length * dims[1] * dims[2] * dims[3]);
      copyWindows(layout, input.data, { first: group * dims[1], count: dims[1] }, places, rows, 0);
      list.push(rows);
    }
  }
  return { windows: windows.map(join), wanted: join(targets.map(({ values }) => values)) };
}

/** Runs the nodes of a stage over all pictures; what they give is added to what is known, in place. */
async function runStage(proto: ModelProto, stage: Stage, pictures: readonly Record<string, Tensor>[]): Promise<void> {
  const [first] = pictures;
  if (stage.results.length === 0 || first === undefined) return;
  const model = encodeModel(stageModel(proto, stage, first));
  const { session } = await createSession(model, { provider: 'cpu', threads: 1, name: 'The pruned model' });
  try {
    for (const known of pictures) {
      const feeds: Record<string, Tensor> = {};
      for (const name of session.inputNames) {
        const value = known[name];
        if (value !== undefined) feeds[name] = value;
      }
      Object.assign(known, await session.run(feeds));
    }
  } finally {
    await session.release();
  }
}

async function refitStage(
  graph: GraphProto,
  convolutions: readonly Convolution[],
  targets: ReadonlyMap<Convolution, readonly Target[]>,
  pictures: readonly Values[],
  how: { readonly mode: Recovery; readonly gramian: Gramian; readonly taken: Set<string> },
  context: OperationContext,
): Promise<void> {
  for (const convolution of convolutions) {
    context.signal.throwIfAborted();
    const sample = sampleOf(convolution, targets.get(convolution) ?? [], pictures);
    if (sample === undefined) continue;
    store(graph, convolution, await refit(convolution, sample, how.mode, how.gramian), how.taken);
  }
}

/**
 * Makes up for channels that are gone, without training: one convolution after the other, in the order in which they run, is
 * fitted to give on the pictures what it gave in the whole model, from what it now sees. Only convolutions of two dimensions in
 * float32 are; the same pictures give the same weights. The pruned model is left alone.
 * @param source the whole model, and the channels that were `removed` from it
 * @param pictures what the network is fed for every picture, by input
 */
export async function recover(
  source: ChannelGraph,
  removed: ReadonlySet<number>,
  pruned: ModelProto,
  pictures: readonly Values[],
  mode: Recovery,
  context: OperationContext,
): Promise<ModelProto> {
  const result = clone(ModelProtoSchema, pruned);
  const { graph } = result;
  if (graph === undefined || pictures.length === 0) return result;
  const stages = splitIntoStages(result);
  const remaining = remainingAfter(source, removed);
  const staying = ({ node, dims }: Convolution) =>
    remaining.positions(source.tensors.get(node.output[0] ?? '')?.axes[1] ?? null) ?? [...Array(dims[0]).keys()];
  const convolutions = stages.flatMap((stage) => stage.convolutions);
  if (convolutions.length === 0) return result;
  const targets = await sampleTargets(source.proto, convolutions, staying, pictures, partOf(context, 0, 1 / 3));
  const known = pictures.map((feeds): Record<string, Tensor> => ({ ...feeds }));
  const gramian = await makeGramian();
  const taken = namesIn(graph);
  try {
    for (const [index, stage] of stages.entries()) {
      context.signal.throwIfAborted();
      context.report({ step: 'Making up for what went', fraction: (1 + (2 * index) / stages.length) / 3 });
      await runStage(result, stage, known);
      await refitStage(graph, stage.convolutions, targets, known, { mode, gramian, taken }, context);
      for (const values of known) for (const name of stage.finished) delete values[name];
    }
  } finally {
    await gramian.close();
  }
  return result;
}
