import { formatBytes, formatMilliseconds, formatPercent } from '../format.ts';
import type { Preset, PresetCandidate, PresetName, ProvidersReport } from '../types.ts';
import { describeStep } from './describeStep.ts';

/** What a choice is made among. */
export interface PresetFacts {
  /** Those that were tried for the preset, in the order in which they were. */
  readonly candidates: readonly PresetCandidate[];
  readonly minAgreement: number;
  /** Of the model itself; the median is absent where nothing was timed. */
  readonly baseline: { readonly bytes: number; readonly p50?: number };
  readonly cpu: ProvidersReport['cpu'];
  /** Median milliseconds of the model itself on a GPU, or why none was taken. */
  readonly gpu: { readonly provider: Preset['provider']; readonly p50: number } | { readonly unavailable: string };
}

/** Runs that differ by less than this cannot be told apart. */
const noticeable = 1.05;

/** Chooses the best candidate for an aim. */
export function choosePreset(name: PresetName, facts: PresetFacts): Preset {
  switch (name) {
    case 'smaller':
      return chooseSmaller(facts);
    case 'faster':
      return chooseFaster(facts);
    case 'gpu-fp16':
      return chooseHalf(facts);
    case 'edge-int8':
      return chooseEdge(facts);
  }
}

type Made = PresetCandidate & Required<Pick<PresetCandidate, 'figures' | 'agreement'>>;

const isGood = (candidate: PresetCandidate): candidate is Made =>
  candidate.refused === undefined && candidate.figures !== undefined && candidate.agreement !== undefined;

const nameOf = ({ recipe }: PresetCandidate) => recipe.steps.map(describeStep).join(', then ');

/** The one with the least of something; the earlier among equals. */
function least<Item>(items: readonly Item[], cost: (item: Item) => number): Item | undefined {
  return items.reduce<Item | undefined>(
    (best, item) => (best === undefined || cost(item) < cost(best) ? item : best),
    undefined,
  );
}

/** How near the candidates came where none keeps the boxes. */
function describeFailure({ candidates, minAgreement }: PresetFacts): string {
  const nearest = least(candidates, ({ agreement }) => -(agreement?.f1 ?? -1));
  const f1 = nearest?.agreement?.f1;
  if (nearest === undefined || f1 === undefined)
    return `Nothing could be made of this model: ${nearest?.refused ?? 'nothing was tried'}`;
  return `Nothing that was tried keeps F1 at ${minAgreement} or above: ${nameOf(nearest)} came nearest with ${f1.toFixed(3)}.`;
}

function chooseSmaller(facts: PresetFacts): Preset {
  const { baseline, candidates } = facts;
  const common = { name: 'smaller', measured: true, provider: 'cpu', candidates } as const;
  const good = candidates.filter(isGood);
  const choice = least(good, ({ figures }) => figures.bytes);
  if (choice === undefined) return { ...common, choice: null, why: describeFailure(facts) };
  const { bytes } = choice.figures;
  if (bytes >= baseline.bytes) {
    const why = `Nothing that keeps the boxes is smaller than the model itself with ${formatBytes(baseline.bytes)}.`;
    return { ...common, choice: null, why };
  }
  const share = formatPercent(bytes / baseline.bytes, 0);
  const why = `The smallest that keeps the boxes: ${nameOf(choice)}, ${formatBytes(bytes)}, ${share} of the model's ${formatBytes(baseline.bytes)}, at F1 ${choice.agreement.f1.toFixed(3)}.`;
  return { ...common, choice, why };
}

function chooseFaster(facts: PresetFacts): Preset {
  const { candidates, cpu } = facts;
  const good = candidates.filter(isGood);
  const timed = good.filter(({ speedup }) => speedup !== undefined);
  const common = { name: 'faster', measured: timed.length > 0, provider: 'cpu', candidates } as const;
  const choice = least(timed, ({ speedup = 0 }) => -speedup);
  if (choice?.speedup === undefined || choice.p50 === undefined) {
    const why = good.length === 0 ? describeFailure(facts) : 'What keeps the boxes could not be timed.';
    return { ...common, choice: null, why };
  }
  const vnni = cpu.vnni ? '' : ', which has no VNNI instructions for int8';
  if (choice.speedup < noticeable) {
    const why = `Nothing that keeps the boxes is faster on this CPU${vnni}: the nearest, ${nameOf(choice)}, takes ${(1 / choice.speedup).toFixed(2)} times as long as the model itself.`;
    return { ...common, choice: null, why };
  }
  const why = `The fastest on this CPU${vnni}: ${nameOf(choice)}, ${formatMilliseconds(choice.p50)} a run, ${choice.speedup.toFixed(2)} times as fast as the model itself, at F1 ${choice.agreement.f1.toFixed(3)}.`;
  return { ...common, choice, why };
}

function chooseHalf(facts: PresetFacts): Preset {
  const { baseline, candidates, gpu } = facts;
  const provider = 'unavailable' in gpu ? 'cpu' : gpu.provider;
  const common = { name: 'gpu-fp16', provider, candidates } as const;
  const choice = candidates.find(isGood);
  if (choice === undefined) return { ...common, measured: false, choice: null, why: describeFailure(facts) };
  const size = `${formatBytes(choice.figures.bytes)} instead of ${formatBytes(baseline.bytes)}, at F1 ${choice.agreement.f1.toFixed(3)} on the CPU`;
  const { speedup, p50 } = choice;
  if ('unavailable' in gpu || speedup === undefined || p50 === undefined) {
    const reason = 'unavailable' in gpu ? gpu.unavailable : 'It could not be timed there.';
    const why = `Half precision: ${size}. Its speed on a GPU was not measured. ${reason}`;
    return { ...common, measured: false, choice, why };
  }
  const pace = `${formatMilliseconds(p50)} a run on ${gpu.provider} instead of ${formatMilliseconds(gpu.p50)}`;
  if (speedup < 1 / noticeable) {
    const why = `Half precision is slower on this GPU: ${pace}.`;
    return { ...common, measured: true, choice: null, why };
  }
  return { ...common, measured: true, choice, why: `Half precision: ${pace}; ${size}.` };
}

/** The forms come in the order in which fewer accelerators take them. */
function chooseEdge(facts: PresetFacts): Preset {
  const { baseline, candidates } = facts;
  const common = { name: 'edge-int8', measured: false, provider: 'cpu', candidates } as const;
  const choice = candidates.find(isGood);
  if (choice === undefined) return { ...common, choice: null, why: describeFailure(facts) };
  const step = choice.recipe.steps.find((other) => other.operation === 'quantize');
  const grids = step?.options.symmetric === true ? 'symmetric int8' : 'int8';
  const scales = step?.options.perTensor === true ? 'one scale a tensor' : 'one scale a channel of weights';
  const why = `The plainest form that keeps the boxes: ${grids} activations, ${scales}; ${formatBytes(choice.figures.bytes)} instead of ${formatBytes(baseline.bytes)}, at F1 ${choice.agreement.f1.toFixed(3)}. How fast an accelerator runs it has to be measured there.`;
  return { ...common, choice, why };
}
