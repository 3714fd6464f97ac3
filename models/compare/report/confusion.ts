import type { ComparedModel, EvaluationFigures } from '../../types.ts';
import { type Html, html, nothing } from './html.ts';

/** A matrix of more classes is no table to read: what is confused most is listed in its place. */
const largestMatrix = 20;
const listedConfusions = 20;

/** Names of rows and columns: the classes, then what stands for nothing. */
function namesOf({ perClass }: EvaluationFigures): string[] {
  return [...perClass.map(({ className }) => className), 'nothing'];
}

function renderMatrix(model: string, evaluation: EvaluationFigures): Html {
  const names = namesOf(evaluation);
  const { counts } = evaluation.confusion;
  const totals = names.map((_, column) => counts.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  const rows = names.map((name, row) => {
    const cells = names.map((_, column) => {
      const count = counts[row]?.[column] ?? 0;
      const share = count / Math.max(1, totals[column] ?? 0);
      const tone = row === column ? 'hit' : 'miss';
      return count === 0
        ? html`<td class="same">·</td>`
        : html`<td class="${tone}" style="--share:${Math.round(share * 45)}%">${count}</td>`;
    });
    return html`<tr><th scope="row">${name}</th>${cells}</tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Confusion matrix of ${model}"><table class="matrix">
<thead><tr><td></td>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function renderMost(evaluation: EvaluationFigures): Html {
  const names = namesOf(evaluation);
  const pairs = evaluation.confusion.counts.flatMap((row, predicted) =>
    row.flatMap((count, truth) => (count === 0 || predicted === truth ? [] : [{ count, predicted, truth }])),
  );
  const most = pairs.sort((a, b) => b.count - a.count).slice(0, listedConfusions);
  if (most.length === 0) return html`<p class="note">Nothing is confused.</p>`;
  const rows = most.map(
    ({ count, predicted, truth }) =>
      html`<tr><td>${names[truth] ?? ''}</td><td>${names[predicted] ?? ''}</td><td>${count}</td></tr>`,
  );
  return html`<table class="list"><thead><tr><th scope="col">Is</th><th scope="col">Seen as</th><th scope="col">Times</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** What every model takes for what; rows are what it sees, columns what is there. */
export function renderConfusion(models: readonly ComparedModel[]): Html {
  const panels = models.flatMap(({ name, evaluation }) => {
    if (evaluation === undefined) return [];
    const { confidence, iou } = evaluation.confusion;
    const isReadable = evaluation.perClass.length <= largestMatrix;
    const how = isReadable ? 'A row is what the model sees, a column what is there.' : 'What is confused most.';
    return [
      html`<div class="panel"><h2>Confusion · ${name}</h2>${isReadable ? renderMatrix(name, evaluation) : renderMost(evaluation)}
<p class="note">${how} Confidence above ${confidence}, overlap above ${iou}.</p></div>`,
    ];
  });
  return panels.length === 0 ? nothing : html`<section class="matrices">${panels}</section>`;
}
