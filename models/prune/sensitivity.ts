import type { OperationContext, OperationInput } from '../api.ts';
import type { Judge } from '../gate.ts';
import { readWholeModel } from '../graph/read.ts';
import { encodeModel } from '../graph/write.ts';
import type { PruneSensitivity } from '../types.ts';
import { analyseChannels, type ChannelAnalysis } from './channels/analysis.ts';
import { chooseRemoval } from './channels/choose.ts';
import type { ChannelGroup } from './channels/groups.ts';
import { predictFigures } from './channels/predict.ts';
import { removeChannels } from './channels/removeChannels.ts';
import { measureSize } from './predictPrune.ts';
import { refuseQuantized } from './refuseQuantized.ts';
import { usualRounding } from './usualRounding.ts';

type Layer = PruneSensitivity['layers'][number];
type Cost = Layer['costs'][number];

/** The least important channels of one group, all others left whole. Widths are rounded as pruning usually does. */
function removeAlone({ graph, importance }: ChannelAnalysis, group: ChannelGroup, amount: number): ReadonlySet<number> {
  const options = { amount, scope: 'layer', keep: [], roundTo: usualRounding, ratios: [] } as const;
  return chooseRemoval(graph, [group], importance, options);
}

/** A share of a group's channels, and those that go when it is asked for. */
interface Trial {
  readonly amount: number;
  readonly removed: ReadonlySet<number>;
}

interface Candidate {
  readonly group: ChannelGroup;
  /** By amount, ascending; only those at which something goes. */
  readonly trials: readonly Trial[];
}

/** The groups of which channels can go and that save most multiplications (else parameters) at the largest amount. */
function chooseCandidates(analysis: ChannelAnalysis, amounts: readonly number[], count: number): readonly Candidate[] {
  const ascending = [...new Set(amounts)].sort((a, b) => a - b);
  const candidates = analysis.groups.flatMap((group) => {
    const trials = ascending
      .map((amount) => ({ amount, removed: removeAlone(analysis, group, amount) }))
      .filter(({ removed }) => removed.size > 0);
    const largest = trials.at(-1);
    if (largest === undefined) return [];
    const { macs, parameters } = predictFigures(analysis.graph, largest.removed);
    return [{ group, trials, left: macs ?? parameters }];
  });
  return candidates.sort((a, b) => a.left - b.left).slice(0, count);
}

/** Amounts by which groups are ranked: the usual one first, then what costs most. */
const rankedBy = [0.3, 0.5, 0.1] as const;

/** The drop at an amount; where nothing went nothing was lost. */
function dropAt({ costs }: Layer, amount: number): number {
  return costs.find((cost) => cost.amount === amount)?.drop ?? 0;
}

function compareLayers(a: Layer, b: Layer): number {
  for (const amount of rankedBy) {
    const difference = dropAt(b, amount) - dropAt(a, amount);
    if (difference !== 0) return difference;
  }
  const total = ({ costs }: Layer) => costs.reduce((sum, { drop }) => sum + drop, 0);
  return total(b) - total(a);
}

/**
 * What pruning each group of channels alone costs, worst first: the loss of agreement with the original, and the size of the
 * model, for every amount. Nothing is made up for, so the drop is the most that a group can cost.
 * @param images number of pictures that are judged on
 * @throws StudioError about the model, as `prune`
 */
export async function measurePruneSensitivity(
  input: Extract<OperationInput<'sensitivity'>, { for: 'prune' }>,
  images: number,
  { signal, report }: OperationContext,
  judge: Judge,
): Promise<PruneSensitivity> {
  report({ step: 'Reading the model', fraction: 0 });
  const model = await readWholeModel(input.model);
  refuseQuantized(model);
  signal.throwIfAborted();
  const analysis = analyseChannels(model.proto);
  const candidates = chooseCandidates(analysis, input.amounts, input.worst);
  const total = candidates.reduce((sum, { trials }) => sum + trials.length, 0);
  const nodes = new Map(analysis.graph.layers.map(({ name, node }) => [name, node]));
  const layers: Layer[] = [];
  let done = 0;
  for (const { group, trials } of candidates) {
    const costs: Cost[] = [];
    // Amounts that round to the same width take the same channels.
    const known = new Map<number, Omit<Cost, 'amount'>>();
    for (const { amount, removed } of trials) {
      signal.throwIfAborted();
      const measure = async (): Promise<Omit<Cost, 'amount'>> => {
        const proto = removeChannels(analysis.graph, removed);
        const bytes = encodeModel(proto);
        const { f1 } = await judge(bytes, {
          signal,
          report: ({ fraction }) =>
            report({ step: `Pruning ${group.name} alone`, fraction: (done + fraction) / Math.max(1, total) }),
        });
        const { macs, parameters } = measureSize(proto, bytes.byteLength);
        return { drop: 1 - f1, macs, parameters };
      };
      const cost = known.get(removed.size) ?? (await measure());
      known.set(removed.size, cost);
      costs.push({ amount, ...cost });
      done += 1;
    }
    const { name, members, multiplicity } = group;
    layers.push({ name, operator: nodes.get(name)?.opType ?? '', channels: members.length * multiplicity, costs });
  }
  report({ step: 'Measuring what each group costs', fraction: 1 });
  return { model: model.path, for: 'prune', images, layers: layers.sort(compareLayers) };
}
