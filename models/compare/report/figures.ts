import { formatBytes, formatCount, formatMilliseconds, formatPercent, formatSigned } from '../../format.ts';
import type { ComparedModel } from '../../types.ts';
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
    title: 'Speed',
    rows: [
      shareRow('Latency p50', (model) => model.latency.p50, formatMilliseconds, 'less'),
      shareRow('Latency p95', (model) => model.latency.p95, formatMilliseconds, 'less'),
      shareRow(
        'Pictures per second',
        (model) => model.latency.throughput,
        (value) => value.toFixed(1),
        'more',
      ),
      shareRow('Load', (model) => model.load, formatMilliseconds, 'less'),
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

/** The signed relative difference, coloured by whether it is welcome. */
function renderDifference(row: Row, baseline: number | null | undefined, value: number | null | undefined): Html {
  if (row.difference === 'none' || !baseline || value === null || value === undefined) return nothing;
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
  const baseline = models[0] === undefined ? undefined : row.read(models[0]);
  return models.map((model, index) => {
    const value = row.read(model);
    const absent = value === null || value === undefined;
    const text = absent ? '—' : row.show(value);
    if (index === 0) return html`<td${absent ? html` class="same"` : nothing}>${text}</td>`;
    const tone = row.difference === 'none' && !absent ? lossClass(row, value) : '';
    return html`<td class="${tone}">${text}</td><td class="delta">${renderDifference(row, baseline, value)}</td>`;
  });
}

/** The table of every figure: one column per model, variants with their difference from the baseline. */
export function renderFigures(models: readonly ComparedModel[]): Html {
  const columns = 1 + models.length + (models.length - 1);
  const heads = models.map((model, index) =>
    index === 0
      ? html`<th scope="col">${model.name}<br><span class="tag">${model.precision} · baseline</span></th>`
      : html`<th scope="col">${model.name}<br><span class="tag">${model.precision}</span></th><th></th>`,
  );
  const body = groups.flatMap((group) => [
    html`<tr class="group"><th scope="rowgroup" colspan="${columns}">${group.title}</th></tr>`,
    ...group.rows.map((row) => html`<tr><th scope="row">${row.title}</th>${renderCells(row, models)}</tr>`),
  ]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Figures"><table>
<thead><tr><td></td>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}
