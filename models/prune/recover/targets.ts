import { clone, create } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import type { OperationContext } from '../../api.ts';
import { createSession } from '../../detect/providers.ts';
import { removeUnused } from '../../graph/topology.ts';
import { encodeModel } from '../../graph/write.ts';
import { seededRandom } from '../../random.ts';
import type { Convolution } from './convolutions.ts';
import type { Values } from './stages.ts';

/** At most this many places of every output are looked at in a picture. */
const placesPerPicture = 400;
/** Share of them where most happens: boxes are rare, and the background must not outvote them. */
const activeShare = 0.5;

/** What a convolution of the whole model gives at some places of one picture. */
export interface Target {
  /** Positions in its output, row by row, ascending. */
  readonly places: Int32Array;
  /** [places, outputs that stay] */
  readonly values: Float32Array;
}

/** The places where an output differs most from its mean, and as many chosen by lot. */
function choosePlaces(values: Float32Array, channels: readonly number[], area: number, seed: number): Int32Array {
  if (area <= placesPerPicture) return Int32Array.from({ length: area }, (_, place) => place);
  const energy = new Float64Array(area);
  for (const channel of channels) {
    const first = channel * area;
    let mean = 0;
    for (let place = 0; place < area; place += 1) mean += (values[first + place] ?? 0) / area;
    for (let place = 0; place < area; place += 1) {
      energy[place] = (energy[place] ?? 0) + ((values[first + place] ?? 0) - mean) ** 2;
    }
  }
  const byEnergy = Array.from(energy.keys()).sort((a, b) => (energy[b] ?? 0) - (energy[a] ?? 0) || a - b);
  const chosen = new Set(byEnergy.slice(0, placesPerPicture * activeShare));
  const random = seededRandom(seed);
  while (chosen.size < placesPerPicture) chosen.add(Math.floor(random() * area));
  return Int32Array.from(chosen).sort();
}

/**
 * Runs the whole model over the pictures and keeps what the convolutions give at some places: for every convolution one target
 * a picture, none where its output is not one of floats over pictures.
 * @param staying the output channels of a convolution that the pruned model still has
 */
export async function sampleTargets(
  original: ModelProto,
  convolutions: readonly Convolution[],
  staying: (convolution: Convolution) => readonly number[],
  pictures: readonly Values[],
  context: OperationContext,
): Promise<Map<Convolution, Target[]>> {
  const probed = clone(ModelProtoSchema, original);
  if (probed.graph === undefined) throw new Error('The model has no graph.');
  const outputOf = ({ node }: Convolution) => node.output[0] ?? '';
  // The runtime works the types out.
  probed.graph.output = convolutions.map((each) => create(ValueInfoProtoSchema, { name: outputOf(each) }));
  removeUnused(probed.graph);
  const targets = new Map(convolutions.map((each): [Convolution, Target[]] => [each, []]));
  const { session } = await createSession(encodeModel(probed), {
    provider: 'cpu',
    threads: 1,
    name: 'The whole model',
  });
  try {
    for (const [index, feeds] of pictures.entries()) {
      context.signal.throwIfAborted();
      context.report({ step: 'Measuring the whole model', fraction: index / pictures.length });
      const results = await session.run({ ...feeds });
      for (const [order, convolution] of convolutions.entries()) {
        const result = results[outputOf(convolution)];
        const [, , height = 1, width = 1] = result?.dims ?? [];
        if (!(result?.data instanceof Float32Array)) continue;
        const area = height * width;
        const channels = staying(convolution);
        const places = choosePlaces(result.data, channels, area, order * pictures.length + index);
        const values = new Float32Array(places.length * channels.length);
        for (const [row, place] of places.entries()) {
          for (const [column, channel] of channels.entries()) {
            values[row * channels.length + column] = result.data[channel * area + place] ?? 0;
          }
        }
        targets.get(convolution)?.push({ places, values });
      }
    }
  } finally {
    await session.release();
  }
  return targets;
}
