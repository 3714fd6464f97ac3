import { findEvaluatedClass } from '../../geometry/evaluatedClass.ts';
import type { ComparedModel } from '../../types.ts';
import { type Html, html, nothing } from './html.ts';

/** Longest list of classes in the page; the JSON report has them all. */
const listedClasses = 40;

/** F1 of one class for each variant, null where a variant and the baseline both have no box of it. */
interface ClassRow {
  readonly name: string;
  readonly baseline: number;
  readonly f1: readonly (number | null)[];
  /** AP against the labels, the baseline first; empty without labels. */
  readonly ap: readonly (number | null)[];
  readonly worst: number;
}

function collectRows(models: readonly ComparedModel[]): ClassRow[] {
  const [baseline, ...variants] = models;
  const names = new Map<number, string>();
  for (const { classes = [] } of variants) for (const one of classes) names.set(one.classId, one.className);
  const all = [...names.values()].map((className) => ({ className }));
  return [...names].map(([classId, name]) => {
    const own = variants.map(({ classes = [] }) => classes.find((one) => one.classId === classId));
    const known = own.find((one) => one !== undefined);
    const hasLabels = baseline?.evaluation !== undefined;
    return {
      name,
      baseline: known === undefined ? 0 : known.matched + known.lost,
      f1: own.map((one) => one?.f1 ?? null),
      ap: hasLabels
        ? models.map(({ evaluation }) => findEvaluatedClass(evaluation, { classId, className: name }, all)?.AP ?? null)
        : [],
      worst: Math.min(1, ...own.map((one) => one?.f1 ?? 1)),
    };
  });
}

function figure(value: number | null): string {
  return value === null ? '—' : value.toFixed(3);
}

/** Agreement of every class, the worst first, with AP where there are labels. */
export function renderClasses(models: readonly ComparedModel[]): Html {
  const rows = collectRows(models).sort((a, b) => a.worst - b.worst || b.baseline - a.baseline);
  if (rows.length === 0) return nothing;
  const hasLabels = rows.some(({ ap }) => ap.length > 0);
  const variants = models.slice(1);
  const head = [
    html`<th scope="col">Class</th><th scope="col">Boxes of the baseline</th>`,
    ...variants.map(({ name }) => html`<th scope="col">F1 · ${name}</th>`),
    ...(hasLabels ? models.map(({ name }) => html`<th scope="col">AP · ${name}</th>`) : []),
  ];
  const tone = (f1: number | null) => (f1 === null || f1 >= 0.95 ? '' : f1 >= 0.85 ? 'warn' : 'bad');
  const body = rows
    .slice(0, listedClasses)
    .map(
      ({ name, baseline, f1, ap }) =>
        html`<tr><th scope="row">${name}</th><td>${baseline}</td>${f1.map(
          (value) =>
            html`<td class="${tone(value)}"><span class="meter" aria-hidden="true"><i style="width:${(100 * (value ?? 0)).toFixed(0)}%"></i></span>${figure(value)}</td>`,
        )}${ap.map((value) => html`<td>${figure(value)}</td>`)}</tr>\n`,
    );
  const more = rows.length - body.length;
  return html`<section class="panel"><h2>Classes, least alike first</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Classes"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>
${more > 0 ? html`<p class="note">${more} more are left out here; the JSON report has them.</p>` : nothing}</section>
`;
}
