import type { ModelProto } from 'onnx-buf';
import { StudioError } from '../../errors.ts';
import { reasonToStay } from './channelIds.ts';
import { type ChannelGraph, followChannels } from './followChannels.ts';
import { type ChannelGroup, groupChannels, type KeptLayer, membersAlong } from './groups.ts';
import { channelImportance } from './importance.ts';
import { prepareForRemoval } from './prepare.ts';
import { remainingAfter } from './remaining.ts';

/** All that is known about the channels of a model: made once, then any number of removals can be planned on it. */
export interface ChannelAnalysis {
  readonly graph: ChannelGraph;
  readonly groups: readonly ChannelGroup[];
  readonly kept: readonly KeptLayer[];
  readonly importance: ReadonlyMap<number, number>;
}

/** Follows the channels of a model of float weights. The model is left alone. */
export function analyseChannels(proto: ModelProto): ChannelAnalysis {
  const graph = followChannels(prepareForRemoval(proto));
  const { groups, kept } = groupChannels(graph);
  return { graph, groups, kept, importance: channelImportance(graph, groups) };
}

/** Output channels of a layer, by number. */
export interface LayerChannels {
  readonly layer: string;
  readonly channels: readonly number[];
}

/**
 * What goes when some output channels of some layers do, with all that is tied to them.
 * @throws StudioError `bad-input` for a layer or channel that is not there, that must stay, or that is the last of a tensor
 */
export function removalOf({ graph }: ChannelAnalysis, lists: readonly LayerChannels[]): Set<number> {
  const removed = new Set<number>();
  for (const { layer: name, channels } of lists) {
    const layer = graph.layers.find((candidate) => candidate.name === name);
    if (layer === undefined) throw new StudioError('bad-input', `The model has no layer "${name}".`);
    const members = membersAlong(graph, layer.outputs);
    const ids = graph.tensors.get(layer.outputs.tensor)?.axes[layer.outputs.axis];
    for (const channel of channels) {
      const member = members[channel] ?? -1;
      if (member >= 0) removed.add(member);
      else {
        const id = ids?.[channel];
        const why = id === undefined ? 'it does not exist' : (reasonToStay(graph.channels, id) ?? '');
        throw new StudioError('bad-input', `Channel ${channel} of layer "${name}" must stay: ${why}.`);
      }
    }
  }
  const { positions } = remainingAfter(graph, removed);
  for (const { name, axes } of graph.tensors.values()) {
    if (axes.some((ids) => positions(ids)?.length === 0)) {
      throw new StudioError('bad-input', `Nothing would be left of tensor "${name}".`);
    }
  }
  return removed;
}
