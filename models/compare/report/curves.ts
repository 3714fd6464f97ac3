import type { ComparedModel, EvaluationFigures } from '../../types.ts';
import { type Html, html, nothing } from './html.ts';

const width = 460;
const height = 260;
const frame = { left: 44, right: 12, top: 12, bottom: 38 };
const ticks = [0, 0.25, 0.5, 0.75, 1];

/** Lines are told apart by their dashes as well as by their colour. */
const dashes = ['none', '7 4', '2 3', '9 3 2 3', '14 4'];

interface Line {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

const toX = (value: number) => frame.left + value * (width - frame.left - frame.right);
const toY = (value: number) => height - frame.bottom - value * (height - frame.top - frame.bottom);

function renderLine({ x, y }: Line, index: number): Html {
  const points = x.map((value, at) => `${toX(value).toFixed(1)},${toY(y[at] ?? 0).toFixed(1)}`).join(' ');
  return html`<polyline class="series s${index % dashes.length}" stroke-dasharray="${dashes[index % dashes.length] ?? 'none'}" points="${points}"/>`;
}

/** Curves over the unit square as inline SVG, with their names below. */
function renderCurves(title: string, xTitle: string, yTitle: string, lines: readonly Line[]): Html {
  return html`<figure class="curves"><figcaption>${title}</figcaption>
<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${yTitle} against ${xTitle}">
${ticks.map(
  (tick) => html`<line class="grid" x1="${frame.left}" x2="${width - frame.right}" y1="${toY(tick)}" y2="${toY(tick)}"/>
<text x="${frame.left - 8}" y="${toY(tick) + 4}" text-anchor="end">${tick.toFixed(2)}</text>
<text x="${toX(tick)}" y="${height - frame.bottom + 18}" text-anchor="middle">${tick.toFixed(2)}</text>`,
)}
<text x="${width - frame.right}" y="${height - 4}" text-anchor="end">${xTitle}</text>
<text x="4" y="${height - 4}">↑ ${yTitle}</text>
${lines.map(renderLine)}
</svg>
<p class="key">${lines.map(
    ({ name }, index) =>
      html`<span><svg viewBox="0 0 30 8" aria-hidden="true"><line class="series s${index % dashes.length}" stroke-dasharray="${dashes[index % dashes.length] ?? 'none'}" x1="0" x2="30" y1="4" y2="4"/></svg>${name}</span>`,
  )}</p></figure>`;
}

/** Precision against recall, and F1 against confidence, of every model that was measured against labels. */
export function renderEvaluationCurves(models: readonly ComparedModel[]): Html {
  const evaluated = models.flatMap(({ name, evaluation }) => (evaluation === undefined ? [] : [{ name, evaluation }]));
  if (evaluated.length === 0) return nothing;
  const linesOf = (
    x: (curves: EvaluationFigures['curves']) => readonly number[],
    y: (curves: EvaluationFigures['curves']) => readonly number[],
  ) => evaluated.map(({ name, evaluation: { curves } }): Line => ({ name, x: x(curves), y: y(curves) }));
  return html`<section class="panel"><h2>Against the labels, at overlap 0.5</h2><div class="pair">
${renderCurves(
  'Precision and recall',
  'recall',
  'precision',
  linesOf(
    (curves) => curves.recallPoints,
    (curves) => curves.precisionAtRecall,
  ),
)}
${renderCurves(
  'F1 and confidence',
  'confidence',
  'F1',
  linesOf(
    (curves) => curves.confidence,
    (curves) => curves.f1,
  ),
)}
</div></section>`;
}
