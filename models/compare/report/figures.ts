import {
  formatBytes,
  formatCount,
  formatMilliseconds,
  formatPercent,
  formatProvider,
  formatSigned,
} from '../../format.ts';
import type { ComparedModel, EvaluationFigures } from '../../types.ts';
import { type Html, html, nothing } from './html.ts';

/** Which direction is better; `none` for figures that only inform. */
type Better = 'less' | 'more' | 'none';

interface Row {
  readonly title: string;
  readonly read: (model: ComparedModel) => number | null | undefined;
  readonly show: (value: number) => string;
  readonly better: Better;
  /** `share`: difference in per cent of the baseline; `none`: the value itself is a difference. */
  readonly difference: 'share' | 'none';
  /** Worth nothing where the provider that was asked for did not run the model. */
  readonly isSpeed?: boolean;
}

/** A change smaller than this is noise and stays grey. */
const noticeable = 0.005;

const groups: readonly { readonly title: string; readonly rows: readonly Row[] }[] = [
  {
    title: 'Boxes, against the baseline',
    rows: [
      agreementRow('Agreement F1', (model) => model.agreement?.f1),
      agreementRow('Precision', (model) => model.agreement?.precision),
      agreementRow('Recall', (model) => model.agreement?.recall),
      countRow('Lost', (model) => model.agreement?.lost),
      countRow('Extra', (model) => model.agreement?.extra),
      countRow('Under another class', (model) => model.agreement?.changedClass),
      agreementRow('Mean IoU of pairs', (model) => model.agreement?.meanIou),
      {
        title: 'Score shift',
        read: (model) => model.agreement?.scoreShift,
        show: (value) => formatSigned(value, 3),
        better: 'none',
        difference: 'none',
      },
    ],
  },
  {
    title: 'Against the labels',
    rows: [
      labelRow('AP', ({ coco }) => coco.AP),
      labelRow('AP50', ({ coco }) => coco.AP50),
      labelRow('AP75', ({ coco }) => coco.AP75),
      labelRow('AP, small objects', ({ coco }) => coco.APsmall),
      labelRow('AP, medium objects', ({ coco }) => coco.APmedium),
      labelRow('AP, large objects', ({ coco }) => coco.APlarge),
      labelRow('AR, 1 box', ({ coco }) => coco.AR1),
      labelRow('AR, 10 boxes', ({ coco }) => coco.AR10),
      labelRow('AR, 100 boxes', ({ coco }) => coco.AR100),
      labelRow('AR, small objects', ({ coco }) => coco.ARsmall),
      labelRow('AR, medium objects', ({ coco }) => coco.ARmedium),
      labelRow('AR, large objects', ({ coco }) => coco.ARlarge),
      labelRow('mAP50, 101 points interpolated', (figures) => figures.interpolated101.mAP50),
      labelRow('mAP50-95, 101 points interpolated', (figures) => figures.interpolated101.mAP50_95),
      labelRow('VOC AP50, all points', (figures) => figures.voc.allPoint50),
      labelRow('VOC AP50, 11 points', (figures) => figures.voc.elevenPoint50),
      labelRow('Best F1', (figures) => figures.bestF1.f1),
      labelRow('at confidence', (figures) => figures.bestF1.confidence, 'none'),
    ],
  },
  {
    title: 'Speed',
    rows: [
      timeRow('Latency p50', (model) => model.latency.p50),
      timeRow('Latency p90', (model) => model.latency.p90),
      timeRow('Latency p95', (model) => model.latency.p95),
      timeRow('Latency p99', (model) => model.latency.p99),
      timeRow('Latency mean', (model) => model.latency.mean),
      timeRow('Latency min', (model) => model.latency.min),
      {
        ...shareRow(
          'Pictures per second',
          (model) => model.latency.throughput,
          (value) => value.toFixed(1),
          'more',
        ),
        isSpeed: true,
      },
      timeRow('Decode', (model) => model.steps?.decode),
      timeRow('Preprocess', (model) => model.steps?.preprocess),
      timeRow('Inference', (model) => model.steps?.inference),
      timeRow('Postprocess', (model) => model.steps?.postprocess),
      timeRow('Load', (model) => model.load),
      timeRow('First run', (model) => model.firstRun),
    ],
  },
  {
    title: 'Cost',
    rows: [
      shareRow('File', (model) => model.bytes, formatBytes, 'less'),
      shareRow('Peak memory', (model) => model.peakMemory, formatBytes, 'less'),
      shareRow('Parameters', (model) => model.parameters, formatCount, 'less'),
      shareRow('Multiply-adds', (model) => model.macs, formatCount, 'less'),
      {
        title: 'Zero weights',
        read: (model) => model.sparsity,
        show: (value) => formatPercent(value),
        better: 'none',
        difference: 'none',
      },
    ],
  },
];

function agreementRow(title: string, read: Row['read']): Row {
  return { title, read, show: (value) => value.toFixed(3), better: 'more', difference: 'none' };
}

function countRow(title: string, read: Row['read']): Row {
  return { title, read, show: String, better: 'less', difference: 'none' };
}

function shareRow(title: string, read: Row['read'], show: Row['show'], better: Better): Row {
  return { title, read, show, better, difference: 'share' };
}

function timeRow(title: string, read: Row['read']): Row {
  return { ...shareRow(title, read, formatMilliseconds, 'less'), isSpeed: true };
}

function labelRow(title: string, read: (figures: EvaluationFigures) => number, better: Better = 'more'): Row {
  const readModel = ({ evaluation }: ComparedModel) => {
    const figure = evaluation === undefined ? -1 : read(evaluation);
    return figure < 0 ? null : figure; // COCO's -1: there is nothing to find
  };
  return shareRow(title, readModel, (value) => value.toFixed(3), better);
}

/** The signed relative difference, coloured by whether it is welcome. */
function renderDifference(row: Row, baseline: number | null | undefined, value: number | null | undefined): Html {
  if (row.difference === 'none' || row.better === 'none' || !baseline) return nothing;
  if (value === null || value === undefined) return nothing;
  const change = value / baseline - 1;
  if (Math.abs(change) < noticeable) return html`<span class="same">=</span>`;
  const welcome = change < 0 === (row.better === 'less');
  const arrow = change < 0 ? '▼' : '▲';
  return html`<span class="${welcome ? 'good' : 'bad'}">${arrow} ${formatSigned(change * 100, 0)} %</span>`;
}

/** Colours a figure that is itself a loss: agreement under 1, lost or extra boxes. */
function lossClass(row: Row, value: number): string {
  if (row.better === 'more') return value >= 0.95 ? '' : value >= 0.85 ? 'warn' : 'bad';
  return row.better === 'less' && value > 0 ? 'bad' : '';
}

function renderCells(row: Row, models: readonly ComparedModel[]): Html[] {
  const isInvalid = ({ provider }: ComparedModel) => row.isSpeed === true && provider.invalidBecause !== undefined;
  const baseline = models[0] === undefined || isInvalid(models[0]) ? undefined : row.read(models[0]);
  return models.map((model, index) => {
    const value = row.read(model);
    const absent = value === null || value === undefined;
    const text = absent ? '—' : isInvalid(model) ? html`<s>${row.show(value)}</s> invalid` : row.show(value);
    if (index === 0) return html`<td${absent ? html` class="same"` : nothing}>${text}</td>`;
    const tone = row.difference === 'none' && !absent ? lossClass(row, value) : '';
    return html`<td class="${tone}">${text}</td><td class="delta">${isInvalid(model) ? nothing : renderDifference(row, baseline, value)}</td>`;
  });
}

/** The table of every figure: one column per model, variants with their difference from the baseline. */
export function renderFigures(models: readonly ComparedModel[]): Html {
  const columns = 1 + models.length + (models.length - 1);
  const heads = models.map((model, index) =>
    index === 0
      ? html`<th scope="col">${model.name}<br><span class="tag">${model.precision} · ${formatProvider(model.provider)} · baseline</span></th>`
      : html`<th scope="col">${model.name}<br><span class="tag">${model.precision} · ${formatProvider(model.provider)}</span></th><td></td>`,
  );
  const body = groups.flatMap((group) => {
    const rows = group.rows.filter((row) => models.some((model) => (row.read(model) ?? null) !== null));
    if (rows.length === 0) return [];
    return [
      html`<tr class="group"><th scope="rowgroup" colspan="${columns}">${group.title}</th></tr>`,
      ...rows.map((row) => html`<tr><th scope="row">${row.title}</th>${renderCells(row, models)}</tr>`),
    ];
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Figures"><table>
<thead><tr><td></td>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}
