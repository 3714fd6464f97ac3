import { formatBytes } from '../../format.ts';
import type { CompareReport } from '../../types.ts';
import { type Html, html, nothing } from './html.ts';

const width = 460;
const height = 300;
const frame = { left: 44, right: 16, top: 14, bottom: 40 };

/** Evenly spaced round numbers (1, 2 or 5 times a power of ten) that cover `low`..`high`. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999) ?? rough;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

interface Dot {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly best: boolean;
  readonly title: string;
}

/** Places a name right of its dot, or left of it where it would leave the plot; names never cover each other. */
function renderNames(dots: readonly Dot[]): Html[] {
  const taken: { x: number; y: number }[] = [];
  return dots.map((dot) => {
    const estimated = dot.name.length * 6.6;
    const fits = dot.x + dot.radius + 6 + estimated < width - frame.right + 8;
    const x = fits ? dot.x + dot.radius + 6 : dot.x - dot.radius - 6;
    let y = dot.y + 4;
    while (taken.some((other) => Math.abs(other.y - y) < 13 && Math.abs(other.x - x) < 140)) y += 13;
    taken.push({ x, y });
    return html`<text class="name" x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${fits ? 'start' : 'end'}">${dot.name}</text>`;
  });
}

/** Speed against agreement as inline SVG; the area of a dot is the size of the file. */
export function renderPlot(report: CompareReport): Html {
  const xTicks = niceTicks(0, Math.max(...report.pareto.map((point) => point.p50)) * 1.05, 5);
  const lowest = Math.min(...report.pareto.map((point) => point.f1));
  const yTicks = niceTicks(Math.max(0, Math.min(0.9, lowest - 0.02)), 1, 4);
  const [xMax, yMin, yMax] = [xTicks.at(-1) ?? 1, yTicks[0] ?? 0, yTicks.at(-1) ?? 1];
  const toX = (p50: number) => frame.left + (p50 / xMax) * (width - frame.left - frame.right);
  const toY = (f1: number) =>
    height - frame.bottom - ((f1 - yMin) / (yMax - yMin)) * (height - frame.top - frame.bottom);
  const largest = Math.max(...report.models.map((model) => model.bytes));
  const dots = report.pareto.map((point, index): Dot => {
    const model = report.models[index];
    const bytes = model?.bytes ?? 0;
    const isInvalid = model?.provider.invalidBecause !== undefined;
    const name = `${model?.name ?? point.path}${isInvalid ? ' (invalid)' : ''}`;
    return {
      name,
      x: toX(point.p50),
      y: toY(point.f1),
      radius: Math.max(4, 14 * Math.sqrt(bytes / largest)),
      best: point.best && !isInvalid,
      title: `${name}: ${point.p50.toFixed(2)} ms, F1 ${point.f1.toFixed(3)}, ${formatBytes(bytes)}`,
    };
  });
  const front = dots
    .filter((dot) => dot.best)
    .sort((a, b) => a.x - b.x)
    .map((dot) => `${dot.x.toFixed(1)},${dot.y.toFixed(1)}`);
  const bottom = height - frame.bottom;
  return html`<svg class="plot" viewBox="0 0 ${width} ${height}" role="img" aria-label="Latency p50 against agreement F1">
${yTicks.map(
  (
    tick,
  ) => html`<line class="grid" x1="${frame.left}" x2="${width - frame.right}" y1="${toY(tick).toFixed(1)}" y2="${toY(tick).toFixed(1)}"/>
<text x="${frame.left - 8}" y="${(toY(tick) + 4).toFixed(1)}" text-anchor="end">${tick.toFixed(2)}</text>`,
)}
${xTicks.map(
  (
    tick,
  ) => html`<line class="grid" x1="${toX(tick).toFixed(1)}" x2="${toX(tick).toFixed(1)}" y1="${bottom}" y2="${bottom + 4}"/>
<text x="${toX(tick).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${tick.toLocaleString('en-US')}</text>`,
)}
<text x="${width - frame.right}" y="${height - 4}" text-anchor="end">latency p50, ms</text>
<text x="4" y="${height - 4}">↑ agreement F1</text>
${front.length > 1 ? html`<polyline class="front" points="${front.join(' ')}"/>` : nothing}
${dots.map(
  (dot) =>
    html`<circle class="dot${dot.best ? ' best' : ''}" cx="${dot.x.toFixed(1)}" cy="${dot.y.toFixed(1)}" r="${dot.radius.toFixed(1)}"><title>${dot.title}</title></circle>`,
)}
${renderNames(dots)}
</svg>`;
}
