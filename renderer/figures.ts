/** Rows of the figures tables: every value with its unit, every difference with its sign. */
import type { Variant } from '../electron/contract.ts';
import type { ComparedModel, CompareReport } from '../models/types.ts';
import {
  type Delta,
  formatBytes,
  formatCount,
  formatGain,
  formatHarm,
  formatMilliseconds,
  formatReduction,
  formatSigned,
} from './format.ts';
import type { Dictionary } from './i18n/en.ts';
import type { Difference } from './overlay/difference.ts';

interface FigureCell {
  readonly value: string;
  readonly delta: Delta | null;
}

/** One figure: of the baseline, then of every variant. */
export interface FigureRow {
  readonly name: string;
  readonly cells: readonly FigureCell[];
}

const none = '—';
const plain = (value: string): FigureCell => ({ value, delta: null });

/** One model on the current picture. */
export interface PictureFigures {
  readonly boxes: number;
  /** Inference alone, milliseconds. */
  readonly time: number;
  /** Null for the baseline. */
  readonly difference: Difference | null;
}

/** What the models see on one picture; the baseline first, null where the engine has not looked yet. */
export function pictureRows(models: readonly (PictureFigures | null)[], { compare }: Dictionary): FigureRow[] {
  const [baseline] = models;
  const compared = models.length > 1;
  const row = (name: string, cell: (figures: PictureFigures) => FigureCell): FigureRow => ({
    name,
    cells: models.map((figures) => (figures ? cell(figures) : plain(none))),
  });
  const ofDifference = (name: string, cell: (difference: Difference) => FigureCell): FigureRow[] =>
    compared ? [row(name, ({ difference }) => (difference ? cell(difference) : plain('')))] : [];
  return [
    row(compare.boxCount, ({ boxes, difference }) => ({
      value: String(boxes),
      delta: difference && baseline ? formatHarm(boxes - baseline.boxes) : null,
    })),
    ...ofDifference(compare.lostExtra, ({ match }) => ({
      value: '',
      delta: {
        text: `${match.lost.length} · ${match.extra.length}`,
        tone: match.lost.length + match.extra.length > 0 ? 'bad' : 'neutral',
      },
    })),
    ...ofDifference(compare.movedCount, ({ moved }) => ({
      value: '',
      delta: { text: String(moved), tone: 'neutral' },
    })),
    ...ofDifference(compare.meanIou, ({ agreement }) => ({
      value: '',
      delta: { text: agreement.meanIou?.toFixed(3) ?? none, tone: 'neutral' },
    })),
    ...ofDifference(compare.scoreShift, ({ agreement }) => ({
      value: '',
      delta:
        agreement.scoreShift === null
          ? { text: none, tone: 'neutral' }
          : { ...formatGain(agreement.scoreShift, 3), text: formatSigned(agreement.scoreShift, 3) },
    })),
    row(compare.time, ({ time, difference }) => ({
      value: formatMilliseconds(time),
      delta: difference && baseline ? formatReduction(baseline.time, time) : null,
    })),
  ];
}

/** The model of a comparison by its file. */
export function comparedModel(report: CompareReport | undefined, path: string | undefined): ComparedModel | undefined {
  return report?.models.find((model) => model.path === path);
}

/** Agreement below this is worth a warning colour. */
export const goodAgreement = 0.9;

/** An agreement beside that of the baseline with itself, which is 1. */
function agreementCell(f1: number | undefined): FigureCell {
  if (f1 === undefined) return plain(none);
  return {
    value: f1.toFixed(3),
    delta: { text: formatSigned(f1 - 1, 3), tone: f1 < goodAgreement ? 'bad' : 'neutral' },
  };
}

/** A figure of speed; one that is not the provider's that was asked for never stands without a mark, and is not compared. */
export function markSpeed(
  cell: FigureCell,
  model: Pick<ComparedModel, 'provider'> | undefined,
  { compare }: Pick<Dictionary, 'compare'>,
): FigureCell {
  if (model?.provider.invalidBecause === undefined) return cell;
  return { value: `${cell.value} (${compare.invalid})`, delta: null };
}

/** The measured figures over all pictures: the baseline first, undefined for models the comparison does not have. */
export function comparisonRows(
  models: readonly (ComparedModel | undefined)[],
  { compare, models: words }: Dictionary,
): FigureRow[] {
  const [baseline] = models;
  const measured = (
    name: string,
    figure: (model: ComparedModel) => number | null,
    format: (value: number) => string,
  ): FigureRow => ({
    name,
    cells: models.map((model) => {
      const value = model ? figure(model) : null;
      if (!model || value === null) return plain(none);
      const before = baseline && model !== baseline ? figure(baseline) : null;
      return { value: format(value), delta: before === null ? null : formatReduction(before, value) };
    }),
  });
  const speed = (name: string, figure: (model: ComparedModel) => number): FigureRow => ({
    name,
    cells: measured(name, figure, formatMilliseconds).cells.map((cell, index) =>
      markSpeed(cell, models[index], { compare }),
    ),
  });
  return [
    { name: compare.agreementF1, cells: models.map((model) => agreementCell(model?.agreement?.f1)) },
    speed(compare.latencyP50, (model) => model.latency.p50),
    speed(compare.latencyP95, (model) => model.latency.p95),
    measured(compare.size, (model) => model.bytes, formatBytes),
    measured(compare.parameters, (model) => model.parameters, formatCount),
    measured(compare.macs, (model) => model.macs, formatCount),
    { name: words.precision, cells: models.map((model) => plain(model?.precision ?? none)) },
  ];
}

/** What is known of variants before they were compared: from their files, and the agreement seen when they were made. */
export function inspectionRows(variants: readonly Variant[], { compare, models: words }: Dictionary): FigureRow[] {
  const [baseline] = variants;
  const known = (name: string, figure: (variant: Variant) => number | null, format: (value: number) => string) => ({
    name,
    cells: variants.map((variant) => {
      const value = figure(variant);
      const before = baseline && variant !== baseline ? figure(baseline) : null;
      if (value === null) return plain(none);
      return { value: format(value), delta: before === null ? null : formatReduction(before, value) };
    }),
  });
  return [
    { name: compare.agreementF1, cells: variants.map(({ agreement }) => agreementCell(agreement?.f1)) },
    known(compare.size, ({ inspection }) => inspection.bytes, formatBytes),
    known(compare.parameters, ({ inspection }) => inspection.parameters, formatCount),
    known(compare.macs, ({ inspection }) => inspection.macs, formatCount),
    { name: words.precision, cells: variants.map(({ inspection }) => plain(inspection.precision)) },
  ];
}
