import type { OperationContext } from '../api.ts';
import type { Agreement } from '../types.ts';
import type { FloatGroup } from './floatGroups.ts';

/** One variant that was tried. */
export interface Trial {
  /** First outputs of the layers that went back to float, in the order in which they run. */
  readonly float: readonly string[];
  readonly agreement: Agreement;
}

export interface SearchRequest {
  /** Largest loss of agreement (1 - F1) that is accepted. */
  readonly maxDrop: number;
  /** Most variants that may be made and run. */
  readonly trials: number;
  /** What may go back to float. */
  readonly groups: readonly FloatGroup[];
  /** Runs the variant in which these layers stay float. */
  readonly attempt: (float: readonly string[], context: OperationContext) => Promise<Agreement>;
  /** Trials of an earlier run that was stopped: they are not run again. */
  readonly known: readonly Trial[];
  /** Told of every trial that was run, e.g. to keep it. */
  readonly keep: (trial: Trial) => Promise<void>;
}

export interface SearchResult {
  readonly trials: number;
  /** The cheapest variant within `maxDrop`; where none is, the one that loses least. */
  readonly best: Trial;
}

interface Tried extends Trial {
  readonly cost: number;
}

const dropOf = ({ agreement }: Pick<Trial, 'agreement'>) => 1 - agreement.f1;

/**
 * How far a variant is from its original: boxes that are not the same, and how much those that are differ in score and place. F1 alone
 * moves in steps of a whole box, which hides what a small change does.
 */
function distanceOf({ f1, meanIou, scoreError }: Agreement): number {
  return 1 - f1 + (1 - (meanIou ?? 1)) + (scoreError ?? 0);
}

/**
 * Returns groups of layers to float until the loss of agreement is within `maxDrop`. Every group is tried alone, the cheapest first, and
 * the first that suffices is taken. Where none does, they join one after the other, by what each brought nearer to the original
 * for its cost; those that turn out not to be needed then go back, the dearest first, as long as trials are left.
 */
export async function searchFloatLayers(request: SearchRequest, context: OperationContext): Promise<SearchResult> {
  const { maxDrop, groups } = request;
  const tried: Tried[] = [];
  const attempt = attemptInto(tried, request, context);
  const start = await attempt([]);
  if (start === undefined) throw new RangeError('A search needs one trial at least.');
  const enough = (trial: Tried | undefined) => trial !== undefined && dropOf(trial) <= maxDrop;
  if (!enough(start)) {
    const gains: { readonly group: FloatGroup; readonly gain: number }[] = [];
    for (const group of groups.toSorted((a, b) => a.cost - b.cost)) {
      const trial = await attempt([group]);
      if (trial === undefined || enough(trial)) break;
      gains.push({ group, gain: distanceOf(start.agreement) - distanceOf(trial.agreement) });
    }
    if (!tried.some(enough)) await join(gains, attempt, enough);
  }
  const better = (a: Tried, b: Tried) => {
    if (enough(a) && enough(b)) return a.cost - b.cost;
    return dropOf(a) - dropOf(b) || a.cost - b.cost;
  };
  const best = tried.toSorted(better)[0] ?? start;
  return { trials: tried.length, best: { float: best.float, agreement: best.agreement } };
}

/** Adds groups, the most worth it first, until it is enough; then takes away those that are not needed. */
async function join(
  gains: readonly { readonly group: FloatGroup; readonly gain: number }[],
  attempt: (float: readonly FloatGroup[]) => Promise<Tried | undefined>,
  enough: (trial: Tried | undefined) => boolean,
): Promise<void> {
  // Also what costs nothing is worth more the more it brings.
  const worth = ({ group, gain }: (typeof gains)[number]) => (gain > 0 ? gain / (group.cost + 0.01) : gain);
  let float: readonly FloatGroup[] = [];
  for (const { group } of gains.toSorted((a, b) => worth(b) - worth(a))) {
    float = [...float, group];
    const trial = float.length === 1 ? undefined : await attempt(float);
    if (float.length > 1 && trial === undefined) return;
    if (enough(trial)) break;
  }
  for (const group of float.toSorted((a, b) => b.cost - a.cost)) {
    const fewer = float.filter((other) => other !== group);
    if (fewer.length < 2) return;
    if (enough(await attempt(fewer))) float = fewer;
  }
}

/** A function that makes and runs a variant, and notes it; it gives undefined once no trial is left. */
function attemptInto(tried: Tried[], { groups, trials: most, ...request }: SearchRequest, context: OperationContext) {
  return async (float: readonly FloatGroup[]): Promise<Tried | undefined> => {
    if (tried.length >= most) return undefined;
    context.signal.throwIfAborted();
    const outputs = groups.filter((group) => float.includes(group)).flatMap((group) => group.outputs);
    const part = {
      signal: context.signal,
      report: ({ fraction }: { fraction: number }) =>
        context.report({
          step: `Trial ${tried.length + 1} of at most ${most}: ${outputs.length} layers in float`,
          fraction: (tried.length + fraction) / most,
        }),
    };
    const before = request.known.find((trial) => trial.float.join('\n') === outputs.join('\n'));
    const trial = before ?? { float: outputs, agreement: await request.attempt(outputs, part) };
    const cost = float.reduce((sum, group) => sum + group.cost, 0);
    const result = { ...trial, cost };
    tried.push(result);
    if (before === undefined) await request.keep(trial);
    return result;
  };
}
