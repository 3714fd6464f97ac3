import { formatProvider, formatQuantity } from '../../format.ts';
import type { CocoFigures, EvaluateReport } from '../../types.ts';
import { printable, type Style } from '../style.ts';
import { renderTable } from '../table.ts';
import { renderWarnings } from './warnings.ts';

/** COCO's numbers in the order and with the names that they are printed with everywhere. */
const cocoRows: readonly (readonly [keyof CocoFigures, string])[] = [
  ['AP', 'overlap 0.50:0.95, all areas'],
  ['AP50', 'overlap 0.50'],
  ['AP75', 'overlap 0.75'],
  ['APsmall', 'area below 32 x 32'],
  ['APmedium', 'area up to 96 x 96'],
  ['APlarge', 'area above'],
  ['AR1', 'best box of each class and picture'],
  ['AR10', 'best 10'],
  ['AR100', 'best 100'],
  ['ARsmall', 'area below 32 x 32'],
  ['ARmedium', 'area up to 96 x 96'],
  ['ARlarge', 'area above'],
];

/** Classes that are listed for people; `--json` has all. */
const listedClasses = 100;

function formatShare(value: number | null): string {
  return value === null || value < 0 ? 'no objects' : value.toFixed(4);
}

/** What `boxwright evaluate` prints for people. */
export function renderEvaluation(report: EvaluateReport, style: Style): string {
  const { coco, interpolated101, voc, bestF1 } = report;
  const figures = renderTable(
    [
      { title: 'COCO', align: 'left' },
      { title: '', align: 'right' },
      { title: '', align: 'left' },
    ],
    cocoRows.map(([name, meaning]) => [name, formatShare(coco[name]), meaning]),
  );
  const others = renderTable(
    [
      { title: 'other rules', align: 'left' },
      { title: '', align: 'right' },
    ],
    [
      ['mAP50, 101 points interpolated', formatShare(interpolated101.mAP50)],
      ['mAP50-95, 101 points interpolated', formatShare(interpolated101.mAP50_95)],
      ['VOC, all points', formatShare(voc.allPoint50)],
      ['VOC, 11 points', formatShare(voc.elevenPoint50)],
      ['best F1', `${formatShare(bestF1.f1)} at confidence ${bestF1.confidence}`],
    ],
  );
  const present = report.perClass.filter(({ objects }) => objects > 0);
  const classes = renderTable(
    [
      { title: 'class', align: 'left' },
      { title: 'objects', align: 'right' },
      { title: 'AP', align: 'right' },
      { title: 'AP50', align: 'right' },
      { title: 'precision', align: 'right' },
      { title: 'recall', align: 'right' },
    ],
    present
      .slice(0, listedClasses)
      .map((row) => [
        printable(row.className),
        String(row.objects),
        ...[row.AP, row.AP50, row.precision, row.recall].map((value) => value?.toFixed(3) ?? '-'),
      ]),
  );
  const more = present.length > listedClasses ? `and ${present.length - listedClasses} classes more (--json)\n` : '';
  const pictures = `${formatQuantity(report.images, 'picture')}${report.split === undefined ? '' : ` of "${printable(report.split)}"`}`;
  const counted = `${pictures}, ${formatQuantity(report.objects, 'object')}, ${formatQuantity(report.detections, 'detection')}`;
  const { provider, predictions } = report;
  const saved = predictions === undefined ? '' : `\n${style.bold(printable(predictions))}\n`;
  const invalid =
    provider?.invalidBecause === undefined
      ? ''
      : `${style.warn('invalid')}  ${formatProvider(provider)}: ${provider.invalidBecause}\n`;
  return `${style.bold(counted)}\n${invalid}\n${figures}\n${others}\n${classes}${more}${renderWarnings(report.warnings, style)}${saved}`;
}
