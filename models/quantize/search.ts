import type { OperationContext } from '../api.ts';
import type { Agreement } from '../types.ts';
import type { LayerNoise } from './layerNoise.ts';

/** One variant that was tried. */
export interface Trial {
  /** First outputs of the layers that went back to float, worst first. */
  readonly float: readonly string[];
  readonly agreement: Agreement;
}

export interface SearchRequest {
  /** Largest loss of agreement (1 - F1) that is accepted. */
  readonly maxDrop: number;
  /** Most variants that may be made and run. */
  readonly trials: number;
  /** The layers, worst first. Asked for only where quantizing everything loses too much. */
  readonly rank: () => Promise<readonly LayerNoise[]>;
  /** Runs the variant in which these layers stay float. */
  readonly attempt: (float: readonly LayerNoise[], context: OperationContext) => Promise<Agreement>;
  /** Trials of an earlier run that was stopped: they are not run again. */
  readonly known: readonly Trial[];
  /** Told of every trial that was run, e.g. to keep it. */
  readonly keep: (trial: Trial) => Promise<void>;
}

export interface SearchResult {
  readonly trials: number;
  /** The variant with the fewest float layers within `maxDrop`; where none is, the one that loses least. */
  readonly best: { readonly float: readonly LayerNoise[]; readonly agreement: Agreement };
}

const dropOf = ({ agreement }: Pick<Trial, 'agreement'>) => 1 - agreement.f1;

/**
 * Returns layers to float, worst first, until the loss of agreement is within `maxDrop`: 1, 2, 4, 8 ... of them, then halves the
 * gap between the largest number that was too few and the smallest that sufficed, as long as trials are left.
 */
export async function searchFloatLayers(request: SearchRequest, context: OperationContext): Promise<SearchResult> {
  const { maxDrop, trials: most } = request;
  const found: { count: number; trial: Trial; float: readonly LayerNoise[] }[] = [];
  const attempt = async (float: readonly LayerNoise[]): Promise<boolean> => {
    context.signal.throwIfAborted();
    const outputs = float.map(({ output }) => output);
    const part = {
      signal: context.signal,
      report: ({ fraction }: { fraction: number }) =>
        context.report({
          step: `Trial ${found.length + 1} of at most ${most}: ${float.length} layers in float`,
          fraction: (found.length + fraction) / most,
        }),
    };
    const before = request.known.find((trial) => trial.float.join('\n') === outputs.join('\n'));
    const trial = before ?? { float: outputs, agreement: await request.attempt(float, part) };
    found.push({ count: float.length, trial, float });
    if (before === undefined) await request.keep(trial);
    return dropOf(trial) <= maxDrop;
  };
  if (!(await attempt([])) && most > 1) await narrow(await request.rank(), most, found, attempt);
  const better = (a: (typeof found)[number], b: (typeof found)[number]) => {
    const [first, second] = [dropOf(a.trial), dropOf(b.trial)];
    if (first <= maxDrop && second <= maxDrop) return a.count - b.count;
    return first - second || a.count - b.count;
  };
  const [best] = found.sort(better);
  if (best === undefined) throw new RangeError('A search needs one trial at least.');
  return { trials: found.length, best: { float: best.float, agreement: best.trial.agreement } };
}

async function narrow(
  ranked: readonly LayerNoise[],
  most: number,
  found: readonly unknown[],
  attempt: (float: readonly LayerNoise[]) => Promise<boolean>,
): Promise<void> {
  let tooFew = 0;
  let enough: number | undefined;
  for (let count = 1; enough === undefined && tooFew < ranked.length && found.length < most; count *= 2) {
    const tried = Math.min(count, ranked.length);
    if (await attempt(ranked.slice(0, tried))) enough = tried;
    else tooFew = tried;
  }
  while (enough !== undefined && enough - tooFew > 1 && found.length < most) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (await attempt(ranked.slice(0, middle))) enough = middle;
    else tooFew = middle;
  }
}
