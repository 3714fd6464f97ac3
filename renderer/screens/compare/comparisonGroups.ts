/** Every figure of compared models in groups, as rows of a table. */
import type { ComparedModel } from '../../../models/types.ts';
import { type FigureRow, markSpeed } from '../../figures.ts';
import {
  type Delta,
  formatBytes,
  formatCount,
  formatGain,
  formatHarm,
  formatMilliseconds,
  formatPercent,
  formatReduction,
  formatSigned,
} from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';

interface FigureGroup {
  readonly title: string;
  readonly rows: readonly FigureRow[];
}

type Read = (model: ComparedModel) => number | null | undefined;
type Compare = (before: number, after: number) => Delta;

const none = '—';
const share3 = (value: number) => value.toFixed(3);
const count = (value: number) => String(value);
/** How many times more: for figures of which more is better. */
const increase: Compare = (before, after) => {
  const { text, tone } = formatReduction(before, after);
  return { text, tone: tone === 'good' ? 'bad' : tone === 'bad' ? 'good' : 'neutral' };
};

/** Rows for the baseline (first) and its variants; differences carry their sign. */
export function comparisonGroups(models: readonly ComparedModel[], text: Dictionary): readonly FigureGroup[] {
  const { compare, dock } = text;
  const [baseline] = models;
  /** @param compareTo null where the figure itself is a difference already, or has no better and worse */
  const row = (name: string, read: Read, format: (value: number) => string, compareTo: Compare | null): FigureRow => ({
    name,
    cells: models.map((model) => {
      const value = read(model);
      if (value === null || value === undefined) return { value: none, delta: null };
      const before = baseline === undefined || model === baseline ? null : read(baseline);
      const isComparable = compareTo !== null && before !== null && before !== undefined;
      return { value: format(value), delta: isComparable ? compareTo(before, value) : null };
    }),
  });
  const words = (name: string, read: (model: ComparedModel) => string): FigureRow => ({
    name,
    cells: models.map((model) => ({ value: read(model), delta: null })),
  });
  /** Agreement is with the baseline, whose own would be 1 and whose own counts of differences 0. */
  const agreement = (name: string, read: Read): FigureRow => ({
    name,
    cells: models.map((model) => {
      const value = read(model);
      if (value === null || value === undefined) return { value: none, delta: null };
      return { value: share3(value), delta: formatGain(value - 1, 3) };
    }),
  });
  const harm = (name: string, read: Read): FigureRow => ({
    name,
    cells: models.map((model) => {
      const value = read(model);
      return typeof value === 'number'
        ? { value: count(value), delta: formatHarm(value) }
        : { value: none, delta: null };
    }),
  });
  const speed = (name: string, read: Read, format: (value: number) => string, compareTo: Compare): FigureRow => ({
    name,
    cells: row(name, read, format, compareTo).cells.map((cell, index) => markSpeed(cell, models[index], text)),
  });
  const measured = (name: string, read: Read): FigureRow =>
    row(
      name,
      (model) => {
        const value = read(model);
        // COCO's -1 stands for "nothing to find".
        return value === -1 ? null : value;
      },
      share3,
      (before, after) => formatGain(after - before, 3),
    );
  const labelled: readonly FigureGroup[] = models.some(({ evaluation }) => evaluation)
    ? [
        {
          title: dock.groupLabels,
          rows: [
            measured(dock.ap, (model) => model.coco?.AP),
            measured(dock.ap50, (model) => model.coco?.AP50),
            measured(dock.ap75, (model) => model.coco?.AP75),
            measured(dock.apSmall, (model) => model.coco?.APsmall),
            measured(dock.apMedium, (model) => model.coco?.APmedium),
            measured(dock.apLarge, (model) => model.coco?.APlarge),
            measured(dock.ar1, (model) => model.coco?.AR1),
            measured(dock.ar10, (model) => model.coco?.AR10),
            measured(dock.ar100, (model) => model.coco?.AR100),
            measured(dock.arSmall, (model) => model.coco?.ARsmall),
            measured(dock.arMedium, (model) => model.coco?.ARmedium),
            measured(dock.arLarge, (model) => model.coco?.ARlarge),
            measured(dock.map50, (model) => model.evaluation?.interpolated101.mAP50),
            measured(dock.map5095, (model) => model.evaluation?.interpolated101.mAP50_95),
            measured(dock.vocAllPoint, (model) => model.evaluation?.voc.allPoint50),
            measured(dock.vocElevenPoint, (model) => model.evaluation?.voc.elevenPoint50),
            measured(dock.bestF1, (model) => model.evaluation?.bestF1.f1),
          ],
        },
      ]
    : [];
  const time = (name: string, read: Read) => speed(name, read, formatMilliseconds, formatReduction);
  return [
    ...labelled,
    {
      title: dock.groupBoxes,
      rows: [
        agreement(compare.agreementF1, (model) => model.agreement?.f1),
        agreement(dock.precision, (model) => model.agreement?.precision),
        agreement(dock.recall, (model) => model.agreement?.recall),
        row(dock.matched, (model) => model.agreement?.matched, count, null),
        harm(dock.lost, (model) => model.agreement?.lost),
        harm(dock.extra, (model) => model.agreement?.extra),
        harm(dock.changedClass, (model) => model.agreement?.changedClass),
        agreement(compare.meanIou, (model) => model.agreement?.meanIou),
        row(
          compare.scoreShift,
          (model) => model.agreement?.scoreShift,
          (value) => formatSigned(value, 3),
          null,
        ),
      ],
    },
    {
      title: dock.groupSpeed,
      rows: [
        time(compare.latencyP50, (model) => model.latency.p50),
        time(dock.p90, (model) => model.latency.p90),
        time(compare.latencyP95, (model) => model.latency.p95),
        time(dock.p99, (model) => model.latency.p99),
        time(dock.mean, (model) => model.latency.mean),
        time(dock.fastest, (model) => model.latency.min),
        speed(
          dock.throughput,
          (model) => model.latency.throughput,
          (value) => `${value.toFixed(1)}\u00a0/s`,
          increase,
        ),
        time(dock.decode, (model) => model.steps?.decode),
        time(dock.preprocess, (model) => model.steps?.preprocess),
        time(dock.inference, (model) => model.steps?.inference),
        time(dock.postprocess, (model) => model.steps?.postprocess),
        time(dock.load, (model) => model.load),
        time(dock.firstRun, (model) => model.firstRun),
        row(dock.runs, (model) => model.latency.runs, count, null),
        words(dock.provider, ({ provider }) =>
          [
            provider.used === provider.requested ? provider.used : `${provider.used} (≠ ${provider.requested})`,
            ...(provider.invalidBecause === undefined ? [] : [provider.invalidBecause]),
          ].join(': '),
        ),
      ],
    },
    {
      title: dock.groupCost,
      rows: [
        row(compare.size, (model) => model.bytes, formatBytes, formatReduction),
        row(dock.peakMemory, (model) => model.peakMemory, formatBytes, formatReduction),
        row(compare.parameters, (model) => model.parameters, formatCount, formatReduction),
        row(compare.macs, (model) => model.macs, formatCount, formatReduction),
        row(
          text.models.sparsity,
          (model) => model.sparsity,
          formatPercent,
          (before, after) => ({
            text: formatSigned(100 * (after - before), 1),
            tone: 'neutral',
          }),
        ),
        words(text.models.precision, (model) => model.precision),
      ],
    },
  ];
}
