import { patternFinder } from '../../../models/graph/namePatterns.ts';
import type { SensitivityReport } from '../../../models/types.ts';
import { formatPercent } from '../../format.ts';

/** A layer in the chart of what layers lose. */
export interface SensitivityBar {
  readonly name: string;
  readonly operator: string;
  /** Lengths beside the longest bar, 0..1, one for each amount that was tried. */
  readonly shares: readonly number[];
  /** What the lengths stand for, in words. */
  readonly figures: readonly string[];
  /** Why the layer is kept as it is: `name` by its own name, else the pattern it fits; null where it is not. */
  readonly kept: { readonly by: 'name' } | { readonly by: 'pattern'; readonly pattern: string } | null;
  /** False for nodes without a name, which no pattern can mean. */
  readonly canBeKept: boolean;
}

/**
 * Noise beside the signal, 0..1 and more: |x - q(x)| / |x|. The inverse of the SQNR in dB, 20 * log10(|x| / |x - q(x)|), which
 * is hard to compare by eye.
 */
export function noiseShare(decibels: number): number {
  return 10 ** (-decibels / 20);
}

/** The bars of a measurement, in its order: worst first. */
export function makeBars(report: SensitivityReport, keep: readonly string[]): readonly SensitivityBar[] {
  const findPattern = patternFinder(keep);
  return lengthsOf(report).map(({ name, operator, shares, figures }) => ({
    name,
    operator,
    shares,
    figures,
    kept: keptBy(name, keep, findPattern),
    canBeKept: !isMadeUp(name, operator),
  }));
}

/** The share of a group's channels whose loss is drawn. */
const drawnAmount = 0.3;

function lengthsOf(report: SensitivityReport): readonly Omit<SensitivityBar, 'kept' | 'canBeKept'>[] {
  switch (report.for) {
    case 'quantize': {
      const most = Math.max(...report.layers.map(({ sqnr }) => noiseShare(sqnr)), Number.MIN_VALUE);
      return report.layers.map(({ name, operator, sqnr, drop }) => ({
        name,
        operator,
        shares: [noiseShare(sqnr) / most],
        figures: [`${sqnr.toFixed(1)} dB`, ...(drop === undefined ? [] : [formatPercent(drop)])],
      }));
    }
    case 'prune': {
      const drops = report.layers.map(({ costs }) => costs.find(({ amount }) => amount === drawnAmount)?.drop);
      const most = Math.max(...drops.map((drop) => drop ?? 0), Number.MIN_VALUE);
      return report.layers.map(({ name, operator, channels }, index) => {
        const drop = drops[index];
        return {
          name,
          operator,
          shares: [(drop ?? 0) / most],
          figures: [String(channels), ...(drop === undefined ? [] : [formatPercent(drop)])],
        };
      });
    }
  }
}

function keptBy(
  name: string,
  keep: readonly string[],
  findPattern: (name: string) => string | undefined,
): SensitivityBar['kept'] {
  if (keep.includes(name)) return { by: 'name' };
  const pattern = findPattern(name);
  return pattern === undefined ? null : { by: 'pattern', pattern };
}

/** Nodes without a name are told by what they make. */
function isMadeUp(name: string, operator: string): boolean {
  return name.startsWith(`${operator} making `);
}
