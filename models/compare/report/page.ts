import { basename } from 'node:path';
import type { OperationContext, OperationInput } from '../../api.ts';
import { writeFileAtomically } from '../../files.ts';
import { formatBoxes } from '../../format.ts';
import type { ComparedModel, CompareReport, ImageDifference } from '../../types.ts';
import { version } from '../../version.ts';
import type { ComparedPicture } from '../comparedPicture.ts';
import { renderBars } from './bars.ts';
import { renderClasses } from './classes.ts';
import { renderConfusion } from './confusion.ts';
import { renderEvaluationCurves } from './curves.ts';
import { renderFigures } from './figures.ts';
import { type Html, html, nothing } from './html.ts';
import { type DrawnBox, renderOverlay, renderStore, type StoredPicture, storePicture } from './pictures.ts';
import { renderPlot } from './plot.ts';
import { style } from './style.ts';
import { renderSummary } from './summary.ts';

/** Longest list of pictures in the page; the JSON report has them all. */
const listedPictures = 300;

type Thresholds = Pick<OperationInput<'compare'>, 'confidence' | 'iou'>;

/** Writes the comparison as one HTML file that needs nothing else: no script, no network, pictures inside. */
export async function writeReport(
  path: string,
  report: CompareReport,
  pictures: readonly ComparedPicture[],
  thresholds: Thresholds,
  context: OperationContext,
): Promise<void> {
  const stored: StoredPicture[] = [];
  for (const [index, picture] of pictures.entries()) {
    context.signal.throwIfAborted();
    stored.push(await storePicture(picture.path, `picture-${index + 1}`));
    context.report({ step: 'Writing the report', fraction: (index + 1) / (pictures.length + 1) });
  }
  await writeFileAtomically(path, renderPage(report, pictures, stored, thresholds, new Date()));
}

/** The page itself. `pictures` and `stored` run in parallel. */
function renderPage(
  report: CompareReport,
  pictures: readonly ComparedPicture[],
  stored: readonly StoredPicture[],
  thresholds: Thresholds,
  date: Date,
): string {
  const [baseline, ...variants] = report.models;
  const title = `${baseline?.name ?? 'Baseline'} against ${variants.map((model) => model.name).join(', ')}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="generator" content="Boxwright ${version}">
<title>${title} · Boxwright</title>
<style>${{ html: style }}</style>
</head>
<body>
<header>
<h1>${baseline?.name ?? ''} <span>against</span> ${variants.map((model, index) => html`${index === 0 ? '' : ', '}${model.name}`)}</h1>
<ul class="facts">
<li><small>Pictures</small>${report.imageCount}</li>
<li><small>Boxes</small>confidence ≥ ${thresholds.confidence} · IoU ${thresholds.iou}</li>
<li><small>Device</small>${report.device}</li>
<li><small>Date</small><time datetime="${date.toISOString()}">${date.toISOString().slice(0, 10)}</time></li>
</ul>
</header>
<main>
<section class="overview${report.models.length > 2 ? ' many' : ''}">
<div class="side"><div class="panel"><h2>In short</h2>${renderSummary(report.models)}${renderInvalid(report.models)}${(report.warnings ?? []).map((warning) => html`<p class="note warn">${warning}</p>`)}</div>
<div class="panel"><h2>Speed and agreement</h2>${renderPlot(report)}
<p class="note">The area of a dot is the size of the file. Filled: no other model is both faster and closer to the baseline.</p></div>
<div class="panel"><h2>Speed and size</h2>${renderBars(report.models)}</div></div>
<div class="panel all"><h2>Figures</h2>${renderFigures(report.models)}</div>
</section>
${renderEvaluationCurves(report.models)}
${renderClasses(report.models)}
${renderConfusion(report.models)}
<section>
<h2>Pictures, most harmed first</h2>
${renderLegend()}
${renderStore(stored)}
${pictures.map((picture, index) => renderPicture(picture, stored[index], report))}
</section>
<section class="panel">
<h2>All pictures</h2>
${renderList(report, pictures)}
</section>
</main>
<footer>
<p>The baseline's boxes are taken as truth. A box is matched to one of the same class that it overlaps with IoU ≥ 0.5, in order of score; matched boxes with IoU &lt; 0.9 count as moved. F1 = 2 · matched / (baseline boxes + variant boxes).</p>
<p>Latency is of the network alone, ${baseline?.latency.runs ?? 0} runs per model, the models in turn${baseline?.latency.warmup === undefined ? '' : `, after ${baseline.latency.warmup} runs to warm up`}. ${memoryNote(report.models)}</p>
${renderFiles(report)}
<p>Made by Boxwright ${version}.</p>
</footer>
</body>
</html>
`;
  return page.html;
}

function renderInvalid(models: readonly ComparedModel[]): Html {
  const invalid = models.filter(({ provider }) => provider.invalidBecause !== undefined);
  return html`${invalid.map(
    ({ name, provider }) =>
      html`<p class="note bad">The times of ${name} are not those of ${provider.requested}: ${provider.invalidBecause ?? ''}</p>`,
  )}`;
}

function memoryNote(models: readonly ComparedModel[]): string {
  return models.every(({ peakMemoryOf }) => peakMemoryOf === 'own-process')
    ? 'Memory is the highest resident size of a process that opened that model alone.'
    : 'Memory is the highest resident size of the engine with that model alone, and of what it held before.';
}

function renderFiles({ csv, json }: CompareReport): Html {
  const files = [csv, json].flatMap((path) => (path === undefined ? [] : [basename(path)]));
  return files.length === 0 ? nothing : html`<p>The same figures: ${files.join(', ')}.</p>`;
}

function renderLegend(): Html {
  const line = (dash: string, color: string) =>
    html`<svg viewBox="0 0 30 14" aria-hidden="true"><rect x="1" y="2" width="28" height="10" fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/></svg>`;
  return html`<div class="legend"><span>${line('none', 'currentColor')}found by both</span><span>${line('8 3', 'currentColor')}+ extra: only the variant sees it</span><span>${line('2 3', 'var(--bad)')}− lost: only the baseline sees it</span></div>`;
}

function renderBadges(difference: ImageDifference): Html {
  const badges: Html[] = [];
  if (difference.lost > 0) badges.push(html`<span class="bad">−${difference.lost} lost</span>`);
  if (difference.extra > 0) badges.push(html`<span class="warn">+${difference.extra} extra</span>`);
  if (difference.changedClass > 0) badges.push(html`<span class="warn">${difference.changedClass} other class</span>`);
  if (difference.moved > 0) badges.push(html`<span>${difference.moved} moved</span>`);
  if (badges.length === 0) badges.push(html`<span class="good">= same boxes</span>`);
  return html`<span class="badges">${badges}</span>`;
}

function renderPicture(picture: ComparedPicture, stored: StoredPicture | undefined, report: CompareReport): Html {
  if (stored === undefined) return nothing;
  const panes = report.models.length;
  const [baseline, ...variants] = report.models;
  const plain = picture.baseline.map((detection): DrawnBox => ({ detection, kind: 'plain' }));
  return html`<article class="picture" id="${stored.id}-boxes">
<h3>${basename(picture.path)}${renderBadges(picture.worst)}</h3>
<div class="panes">
<figure><figcaption><b>${baseline?.name ?? ''}</b><span>${formatBoxes(plain.length)}</span></figcaption>${renderOverlay(stored, plain, panes)}</figure>
${variants.map((model, index) => {
  const seen = picture.variants[index];
  if (seen === undefined) return nothing;
  const extra = new Set(seen.match.extra);
  const boxes = [
    ...seen.match.lost.flatMap((lost): DrawnBox[] => {
      const detection = picture.baseline[lost];
      return detection === undefined ? [] : [{ detection, kind: 'lost' }];
    }),
    ...seen.detections.map((detection, box): DrawnBox => ({ detection, kind: extra.has(box) ? 'extra' : 'plain' })),
  ];
  return html`<figure><figcaption><b>${model.name}</b><span>${formatBoxes(seen.detections.length)}</span>${renderBadges(seen.difference)}</figcaption>${renderOverlay(stored, boxes, panes)}</figure>`;
})}
</div>
</article>
`;
}

function renderList(report: CompareReport, shown: readonly ComparedPicture[]): Html {
  const anchors = new Map(shown.map((picture, index) => [picture.path, `picture-${index + 1}-boxes`]));
  const rows = report.images.slice(0, listedPictures).map((image) => {
    const anchor = anchors.get(image.path);
    const name = basename(image.path);
    const figure = (value: number, tone: string) =>
      html`<td class="${value === 0 ? 'same' : tone}">${value === 0 ? '0' : value}</td>`;
    return html`<tr><td>${anchor === undefined ? name : html`<a href="#${anchor}">${name}</a>`}</td>${figure(image.lost, 'bad')}${figure(image.extra, 'warn')}${figure(image.changedClass, 'warn')}${figure(image.moved, '')}</tr>\n`;
  });
  const more = report.images.length - rows.length;
  const unreadable = report.unreadable ?? [];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All pictures"><table class="list">
<thead><tr><th scope="col">Picture</th><th scope="col">Lost</th><th scope="col">Extra</th><th scope="col">Other class</th><th scope="col">Moved</th></tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="note">Of the variant that differs most on the picture.${more > 0 ? ` ${more} more are left out here; the JSON report has them.` : ''}</p>
${unreadable.map((image) => html`<p class="note warn">Left out: ${image.message}</p>`)}`;
}
