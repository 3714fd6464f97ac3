import { formatBytes, formatMilliseconds } from '../../format.ts';
import type { ComparedModel } from '../../types.ts';
import { type Html, html } from './html.ts';

interface Measure {
  readonly title: string;
  readonly better: string;
  readonly read: (model: ComparedModel) => number | null;
  readonly show: (value: number) => string;
}

const measures: readonly Measure[] = [
  { title: 'Latency p50', better: 'shorter is better', read: ({ latency }) => latency.p50, show: formatMilliseconds },
  { title: 'File', better: 'shorter is better', read: ({ bytes }) => bytes, show: formatBytes },
  { title: 'Peak memory', better: 'shorter is better', read: ({ peakMemory }) => peakMemory, show: formatBytes },
  {
    title: 'AP, against the labels',
    better: 'longer is better',
    read: ({ evaluation }) => evaluation?.coco.AP ?? null,
    show: (value) => value.toFixed(3),
  },
];

/** One group of bars a figure, one bar a model; a bar's length is its share of the longest of its group. */
export function renderBars(models: readonly ComparedModel[]): Html {
  const shown = measures.filter(({ read }) => models.some((model) => read(model) !== null));
  return html`${shown.map(({ title, better, read, show }) => {
    const longest = Math.max(...models.map((model) => read(model) ?? 0));
    const rows = models.map((model, index) => {
      const value = read(model);
      const share = value === null || longest <= 0 ? 0 : (100 * Math.max(0, value)) / longest;
      const isTime = title.startsWith('Latency') && model.provider.invalidBecause !== undefined;
      const text = value === null ? '—' : isTime ? `${show(value)} (invalid)` : show(value);
      return html`<div class="bar${index === 0 ? ' first' : ''}"><dt>${model.name}</dt><dd><span><i style="width:${share.toFixed(1)}%"></i></span><b>${text}</b></dd></div>`;
    });
    return html`<figure class="bars"><figcaption>${title} <small>${better}</small></figcaption><dl>${rows}</dl></figure>`;
  })}`;
}
