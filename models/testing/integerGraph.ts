import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clone, fromBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { encodeModel } from '../graph/write.ts';
import { calibrate } from '../quantize/calibrate.ts';
import { planGrids, tensorsToQuantize } from '../quantize/planGrids.ts';
import { insertQdq, type QdqOptions } from '../quantize/qdq.ts';
import { factsOfModel, selectNodes } from '../quantize/select.ts';
import { randomFeeds } from './parity.ts';

const context = { signal: new AbortController().signal, report: () => undefined };

export interface QdqSettings extends Partial<QdqOptions> {
  readonly headGuard?: boolean;
  readonly keep?: readonly string[];
}

/** Quantizes a copy of a model with the ranges of 8 random pictures. */
export async function quantizeWithNoise(model: ModelProto, settings: QdqSettings = {}): Promise<ModelProto> {
  const proto = clone(ModelProtoSchema, model);
  const {
    headGuard = true,
    keep = [],
    activations = 'uint8',
    perTensor = false,
    weightLimit = 64,
    symmetric = false,
  } = settings;
  const facts = factsOfModel(proto);
  const tensors = tensorsToQuantize(facts, selectNodes(facts, { headGuard, keep }));
  const inputs = Array.from({ length: 8 }, (_, seed) => ({
    path: `picture ${seed}`,
    load: async () => feedOf(proto, seed),
  }));
  const request = {
    inputName: proto.graph?.input[0]?.name ?? '',
    inputs,
    tensors,
    calibrator: 'minmax',
    percentile: 100,
    steps: 255,
  } as const;
  const ranges = await calibrate(proto, request, context);
  const selection = selectNodes(facts, { headGuard, keep }, ranges);
  insertQdq(proto, facts, selection, planGrids(facts, selection, ranges, activations, symmetric), {
    activations,
    symmetric,
    perTensor,
    weightLimit,
  });
  return proto;
}

function feedOf(proto: ModelProto, seed: number): Tensor {
  const [feed] = Object.values(randomFeeds(proto, seed));
  if (feed === undefined) throw new Error('The model has no input.');
  return feed;
}

/** How often each operator appears after the runtime's own optimization. */
export async function optimizedOperators(proto: ModelProto): Promise<Record<string, number>> {
  return countOperators(await optimizedModel(proto));
}

/** The model as the runtime runs it on the CPU: after its own optimization. */
export async function optimizedModel(proto: ModelProto): Promise<ModelProto> {
  const folder = await mkdtemp(join(tmpdir(), 'boxwright-qdq-'));
  try {
    const optimizedModelFilePath = join(folder, 'optimized.onnx');
    const session = await InferenceSession.create(encodeModel(proto), {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'extended',
      optimizedModelFilePath,
      logSeverityLevel: 4,
    });
    await session.release();
    return fromBinary(ModelProtoSchema, await readFile(optimizedModelFilePath));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** How often each operator appears in a model. */
export function countOperators(proto: ModelProto): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { opType } of proto.graph?.node ?? []) counts[opType] = (counts[opType] ?? 0) + 1;
  return counts;
}
