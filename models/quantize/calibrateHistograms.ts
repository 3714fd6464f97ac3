import type { ModelProto } from 'onnx-buf';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { OperationContext } from '../api.ts';
import { inferShapes } from '../graph/shapes.ts';
import { partOf } from '../progress.ts';
import type { CalibrationRequest } from './calibrate.ts';
import { loadInTurn } from './calibrateInputs.ts';
import { countValues, type Histogram } from './histogram.ts';
import { makeTensorProbe, withSession } from './observe.ts';

/** Tensors are fetched in groups of at most this many values (256 MB) at a time. */
const valuesPerGroup = 64 * 2 ** 20;

type Feeds = Readonly<Record<string, Tensor>>;

/**
 * Counts the values of tensors over all pictures.
 * @param histograms by tensor; they are filled in place
 * @param sizes most values of each tensor in one picture
 */
export async function fillHistograms(
  proto: ModelProto,
  { inputs, inputName }: CalibrationRequest,
  histograms: ReadonlyMap<string, Histogram>,
  sizes: ReadonlyMap<string, number>,
  context: OperationContext,
): Promise<void> {
  const groups = groupBySize([...sizes].filter(([tensor]) => tensor !== inputName));
  for (const [groupIndex, group] of groups.entries()) {
    const probe = makeTensorProbe(proto, group);
    const countAll = async (session: InferenceSession) => {
      let reused: Reused | undefined;
      const part = partOf(context, groupIndex / groups.length, (groupIndex + 1) / groups.length);
      for await (const { feeds } of loadInTurn(inputs, inputName, 'Calibrating: histograms', part)) {
        const dims = feeds[inputName]?.dims ?? [];
        const fits = reused?.dims.every((dim, axis) => dim === dims[axis]) === true;
        const results: Feeds = await (fits && reused ? session.run(feeds, reused.fetches) : session.run(feeds));
        for (const tensor of group) count(histograms.get(tensor), results[tensor]);
        if (groupIndex === 0) count(histograms.get(inputName), feeds[inputName]);
        if (!fits) reused = { dims, fetches: withFixedShape(probe, { [inputName]: dims }, results) };
      }
    };
    await withSession(probe, countAll, 'disabled');
  }
}

function count(histogram: Histogram | undefined, tensor: Tensor | undefined): void {
  if (histogram !== undefined && tensor?.data instanceof Float32Array) countValues(histogram, tensor.data);
}

/** Tensors of a run, to be written over by later ones with an input of the same size: fresh memory would cost more than counting. */
interface Reused {
  readonly dims: readonly number[];
  readonly fetches: InferenceSession.NullableOnnxValueMapType;
}

/** Keeps of a run's results those whose shape depends on the inputs' sizes alone. */
function withFixedShape(probe: ModelProto, sizes: Readonly<Record<string, readonly number[]>>, results: Feeds) {
  const shapes = inferShapes(probe, sizes);
  const isFixed = (tensor: string) => shapes.get(tensor)?.dims.every((dim) => dim !== null) === true;
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, isFixed(name) ? tensor : null]));
}

/** Splits the tensors, in their order, into groups that fit into memory together. */
function groupBySize(sizes: readonly (readonly [string, number])[]): string[][] {
  const groups: string[][] = [];
  let room = 0;
  for (const [tensor, size] of sizes) {
    const group = groups.at(-1);
    if (group === undefined || size > room) {
      groups.push([tensor]);
      room = valuesPerGroup - size;
    } else {
      group.push(tensor);
      room -= size;
    }
  }
  return groups;
}
