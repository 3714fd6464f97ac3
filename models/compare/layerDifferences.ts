import { create } from '@bufbuild/protobuf';
import { type GraphProto, GraphProtoSchema, type ModelProto, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OperationContext, OperationInput } from '../api.ts';
import { createSession } from '../detect/providers.ts';
import { readDetector } from '../detect/readDetector.ts';
import { explainRunError } from '../detect/runtimeErrors.ts';
import { floatsIn } from '../detect/tensorValues.ts';
import { StudioError } from '../errors.ts';
import { readWholeModel } from '../graph/read.ts';
import { inferShapes, type TensorShape } from '../graph/shapes.ts';
import { removeUnused } from '../graph/topology.ts';
import { encodeModel } from '../graph/write.ts';
import { calibrationInput, inputDims } from '../quantize/calibrationInput.ts';
import { decibelsOf } from '../quantize/decibels.ts';
import type { LayerDifference, LayersReport, UnmatchedLayer } from '../types.ts';
import { matchTensors, type TensorPair } from './matchTensors.ts';

/** Tensors are fetched in groups of at most this many values, 64 MB of float32, at a time from each model. */
const valuesPerGroup = 16 * 2 ** 20;
/** What a tensor counts for whose size is not known beforehand. */
const unknownValues = 2 ** 20;

const floatTypes = new Set(['float', 'float16', 'double']);

interface Side {
  readonly path: string;
  readonly proto: ModelProto;
  readonly graph: GraphProto;
  readonly shapes: ReadonlyMap<string, TensorShape>;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/**
 * How far every layer's result in the variant lies from the baseline's, on one picture: tensors of the same name, as their readers
 * see them. They are fetched in groups, from as much of each graph as a group needs, so that memory stays small.
 * @throws StudioError about a model or the picture, `not-a-detector`
 */
export async function measureLayerDifferences(
  input: OperationInput<'layers'>,
  context: OperationContext,
): Promise<LayersReport> {
  const baseline = await readSide(input.baseline, input);
  context.signal.throwIfAborted();
  const variant = await readSide(input.variant, input);
  const isNumber = (tensor: string) => floatTypes.has(baseline.shapes.get(tensor)?.type ?? '');
  const { pairs, unmatched } = matchTensors(baseline.graph, variant.graph, isNumber);
  const layers: LayerDifference[] = [];
  const misfits: UnmatchedLayer[] = [];
  const groups = groupPairs(pairs, baseline.shapes);
  for (const [index, group] of groups.entries()) {
    context.signal.throwIfAborted();
    context.report({ step: 'Comparing layers', fraction: index / groups.length });
    const before = await fetchTensors(baseline, new Set(group.map((pair) => pair.baseline)), input.threads);
    context.signal.throwIfAborted();
    const after = await fetchTensors(variant, new Set(group.map((pair) => pair.variant)), input.threads);
    for (const { name, operator, tensor, ...pair } of group) {
      const layer = { name, operator, tensor };
      const result = compareTensors(before[pair.baseline], after[pair.variant]);
      if (typeof result === 'string') misfits.push({ ...layer, of: 'baseline', why: result });
      else layers.push({ ...layer, ...result });
    }
  }
  context.report({ step: 'Done', fraction: 1 });
  return {
    baseline: input.baseline,
    variant: input.variant,
    image: input.image,
    layers,
    unmatched: [...misfits, ...unmatched],
  };
}

async function readSide(path: string, { spec, image }: OperationInput<'layers'>): Promise<Side> {
  const model = await readWholeModel(path);
  const recognition = await readDetector(model, { spec });
  const { proto } = model;
  const { graph } = proto;
  if ('reason' in recognition || graph === undefined) {
    const why = 'reason' in recognition ? recognition.reason : 'it has no graph';
    throw new StudioError('not-a-detector', `${path} cannot be fed a picture because ${why}.`, {
      hint: 'A specification of yours (--spec) may say how it is fed.',
    });
  }
  const { reading } = recognition;
  const picture = calibrationInput(image, reading);
  const feeds = { ...picture.extra, [reading.input.name]: await picture.load() };
  const shapes = inferShapes(proto, { [reading.input.name]: inputDims(reading) });
  return { path, proto, graph, shapes, feeds };
}

/** Runs the part of a model that makes the wanted tensors. */
async function fetchTensors(
  { path, proto, graph, feeds }: Side,
  tensors: ReadonlySet<string>,
  threads: number | undefined,
): Promise<InferenceSession.OnnxValueMapType> {
  // Without a type: the runtime finds it out.
  const output = Array.from(tensors, (name) => create(ValueInfoProtoSchema, { name }));
  const part = create(GraphProtoSchema, { ...graph, output });
  removeUnused(part);
  const bytes = encodeModel(create(ModelProtoSchema, { ...proto, graph: part }));
  const { session } = await createSession(bytes, { provider: 'cpu', threads, name: path });
  try {
    const needed = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
    return await session.run(Object.fromEntries(needed));
  } catch (error) {
    throw explainRunError(path, error);
  } finally {
    await session.release();
  }
}

/** Splits the pairs, in their order, into groups whose tensors fit into memory together. */
function groupPairs(pairs: readonly TensorPair[], shapes: Side['shapes']): TensorPair[][] {
  const groups: TensorPair[][] = [];
  let room = 0;
  for (const pair of pairs) {
    const dims = shapes.get(pair.tensor)?.dims ?? [null];
    const size = dims.reduce<number>((product, dim) => (dim === null ? unknownValues : product * dim), 1);
    const group = groups.at(-1);
    if (group === undefined || size > room) {
      groups.push([pair]);
      room = valuesPerGroup - size;
    } else {
      group.push(pair);
      room -= size;
    }
  }
  return groups;
}

function compareTensors(
  before: Tensor | undefined,
  after: Tensor | undefined,
): Pick<LayerDifference, 'shape' | 'sqnr'> | 'shape' | 'type' {
  const left = floatsIn(before);
  const right = floatsIn(after);
  if (before === undefined || left === null || right === null) return 'type';
  if (before.dims.join() !== after?.dims.join()) return 'shape';
  let signal = 0;
  let noise = 0;
  for (let index = 0; index < left.length; index += 1) {
    const value = left[index] ?? 0;
    const difference = value - (right[index] ?? 0);
    signal += value * value;
    noise += difference * difference;
  }
  const hasNumbers = Number.isFinite(signal + noise);
  return { shape: [...before.dims], sqnr: hasNumbers ? decibelsOf(signal, noise) : null };
}
