import type { ComparedModel, CompareReport } from '../types.ts';

const columns: readonly (readonly [string, (model: ComparedModel) => string | number | null | undefined])[] = [
  ['name', (model) => model.name],
  ['path', (model) => model.path],
  ['precision', (model) => model.precision],
  ['bytes', (model) => model.bytes],
  ['parameters', (model) => model.parameters],
  ['macs', (model) => model.macs],
  ['sparsity', (model) => model.sparsity],
  ['provider_requested', (model) => model.provider.requested],
  ['provider', (model) => model.provider.used],
  ['invalid_because', (model) => model.provider.invalidBecause],
  ['p50_ms', (model) => model.latency.p50],
  ['p90_ms', (model) => model.latency.p90],
  ['p95_ms', (model) => model.latency.p95],
  ['p99_ms', (model) => model.latency.p99],
  ['mean_ms', (model) => model.latency.mean],
  ['min_ms', (model) => model.latency.min],
  ['runs', (model) => model.latency.runs],
  ['throughput_per_s', (model) => model.latency.throughput],
  ['decode_ms', (model) => model.steps?.decode],
  ['preprocess_ms', (model) => model.steps?.preprocess],
  ['inference_ms', (model) => model.steps?.inference],
  ['postprocess_ms', (model) => model.steps?.postprocess],
  ['load_ms', (model) => model.load],
  ['first_run_ms', (model) => model.firstRun],
  ['peak_memory_bytes', (model) => model.peakMemory],
  ['peak_memory_of', (model) => model.peakMemoryOf],
  ['f1', (model) => model.agreement?.f1],
  ['precision_score', (model) => model.agreement?.precision],
  ['recall', (model) => model.agreement?.recall],
  ['matched', (model) => model.agreement?.matched],
  ['lost', (model) => model.agreement?.lost],
  ['extra', (model) => model.agreement?.extra],
  ['changed_class', (model) => model.agreement?.changedClass],
  ['mean_iou', (model) => model.agreement?.meanIou],
  ['score_shift', (model) => model.agreement?.scoreShift],
  ['images', (model) => model.agreement?.images],
  ['ap', ({ coco }) => shareOf(coco?.AP)],
  ['ap50', ({ coco }) => shareOf(coco?.AP50)],
  ['ap75', ({ coco }) => shareOf(coco?.AP75)],
  ['ap_small', ({ coco }) => shareOf(coco?.APsmall)],
  ['ap_medium', ({ coco }) => shareOf(coco?.APmedium)],
  ['ap_large', ({ coco }) => shareOf(coco?.APlarge)],
  ['ar1', ({ coco }) => shareOf(coco?.AR1)],
  ['ar10', ({ coco }) => shareOf(coco?.AR10)],
  ['ar100', ({ coco }) => shareOf(coco?.AR100)],
  ['ar_small', ({ coco }) => shareOf(coco?.ARsmall)],
  ['ar_medium', ({ coco }) => shareOf(coco?.ARmedium)],
  ['ar_large', ({ coco }) => shareOf(coco?.ARlarge)],
  ['map50_interpolated', ({ evaluation }) => evaluation?.interpolated101.mAP50],
  ['map50_95_interpolated', ({ evaluation }) => evaluation?.interpolated101.mAP50_95],
  ['voc_all_point_50', ({ evaluation }) => shareOf(evaluation?.voc.allPoint50)],
  ['voc_eleven_point_50', ({ evaluation }) => shareOf(evaluation?.voc.elevenPoint50)],
  ['best_f1', ({ evaluation }) => evaluation?.bestF1.f1],
  ['best_f1_confidence', ({ evaluation }) => evaluation?.bestF1.confidence],
];

/** COCO has -1 where there are no objects to find. */
function shareOf(figure: number | undefined): number | undefined {
  return figure === undefined || figure < 0 ? undefined : figure;
}

/** One field as RFC 4180 asks; a leading sign that spreadsheets run as a formula is defused with an apostrophe. */
function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The figures of every model, one row each, as CSV with a heading (RFC 4180, UTF-8). */
export function renderCsv(report: CompareReport): string {
  const rows = [
    columns.map(([title]) => title),
    ...report.models.map((model) => columns.map(([, read]) => field(read(model)))),
  ];
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}
