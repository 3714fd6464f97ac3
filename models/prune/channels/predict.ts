import { packedBytes } from '../../graph/elementTypes.ts';
import type { TensorShape } from '../../graph/shapes.ts';
import { elementCount } from '../../graph/tensors.ts';
import { macsOf } from '../../inspect/cost.ts';
import { parametersByNode } from '../../inspect/parameters.ts';
import { finderOf } from '../../inspect/weights.ts';
import type { ChannelGraph } from './followChannels.ts';
import { remainingAfter } from './remaining.ts';

/** What a model would be without some channels. */
export interface RemainingFigures {
  readonly parameters: number;
  /** Of one run, whatever the batch; null where sizes are not known. */
  readonly macs: number | null;
  /** Bytes of constants that go. */
  readonly bytesLess: number;
}

/** Parameters and MACs after a removal, without making the model. */
export function predictFigures(source: ChannelGraph, removed: ReadonlySet<number>): RemainingFigures {
  const remaining = remainingAfter(source, removed);
  const shapes = new Map<string, TensorShape>();
  for (const name of source.tensors.keys()) shapes.set(name, { type: '', dims: [...(remaining.dims(name) ?? [])] });
  let macs: number | null = 0;
  for (const node of source.graph.node) {
    const own = macsOf(node, shapes);
    macs = macs === null || own === null ? null : macs + own;
  }
  const sizes = new Map(
    [...source.constants].map(([name, tensor]) => {
      const dims = remaining.dims(name);
      return [tensor, dims?.reduce((product, dim) => product * dim, 1) ?? elementCount(tensor)] as const;
    }),
  );
  let bytesLess = 0;
  for (const [tensor, size] of sizes) {
    const less = elementCount(tensor) - size;
    bytesLess += packedBytes(tensor.dataType, less) ?? 0;
  }
  const finder = finderOf(source.proto);
  const parameters = parametersByNode(finder, (tensor) => sizes.get(tensor) ?? elementCount(tensor));
  return { parameters: [...parameters.values()].reduce((sum, count) => sum + count, 0), macs, bytesLess };
}
