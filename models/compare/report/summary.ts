import { formatBoxes } from '../../format.ts';
import type { ComparedModel } from '../../types.ts';
import { type Html, html } from './html.ts';

/** Ratios nearer to 1 than this may be noise (times), or are not worth a word (sizes). */
const noticeable = 1.1;

function describeSpeed(baseline: ComparedModel, variant: ComparedModel): string {
  const invalid = [baseline, variant].find(({ provider }) => provider.invalidBecause !== undefined);
  if (invalid !== undefined) return 'speed not comparable';
  const ratio = baseline.latency.p50 / variant.latency.p50;
  if (ratio >= noticeable) return `${ratio.toFixed(1)} × faster`;
  return ratio <= 1 / noticeable ? `${(1 / ratio).toFixed(1)} × slower` : 'as fast';
}

function describeSize(baseline: ComparedModel, variant: ComparedModel): string {
  const change = variant.bytes / baseline.bytes - 1;
  if (Math.abs(change) < noticeable - 1) return 'as large';
  return `${Math.abs(change * 100).toFixed(0)} % ${change < 0 ? 'smaller' : 'larger'}`;
}

function describeBoxes(variant: ComparedModel): string {
  const { agreement } = variant;
  if (agreement === undefined) return '';
  if (agreement.lost + agreement.extra === 0) return `the same ${formatBoxes(agreement.matched)}`;
  return `F1 ${agreement.f1.toFixed(3)}: ${formatBoxes(agreement.lost)} lost, ${agreement.extra} extra, ${agreement.matched} kept`;
}

/** One sentence per variant: what it keeps, how fast it is, how large. */
export function renderSummary(models: readonly ComparedModel[]): Html {
  const [baseline, ...variants] = models;
  if (baseline === undefined) return html``;
  const items = variants.map((variant) => {
    const facts = [describeBoxes(variant), describeSpeed(baseline, variant), describeSize(baseline, variant)];
    return html`<li><b>${variant.name}</b> ${facts.join(', ')}.</li>`;
  });
  return html`<ul class="summary">${items}</ul>`;
}
