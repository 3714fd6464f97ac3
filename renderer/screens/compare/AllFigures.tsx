import { useMemo } from 'react';
import type { Delta } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { shortenNames } from '../../shortenNames.ts';
import styles from './AllFigures.module.css';
import { useCompared } from './compared.ts';
import { comparisonGroups } from './comparisonGroups.ts';
import dock from './Dock.module.css';
import { NotCompared } from './NotCompared.tsx';
import { nameDataset } from './nameDataset.ts';

/** Every figure of every compared model, each variant with its signed difference to the baseline. */
export function AllFigures() {
  const text = useText();
  const { report, models, names } = useCompared();
  const groups = useMemo(() => comparisonGroups(models, text), [models, text]);
  if (!report || models.length < 2) return <NotCompared />;
  const headings = shortenNames(names);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: nothing in it takes the focus, and the keyboard must scroll it
    <section className={dock.scroller} aria-label={text.dock.figures} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <td />
            {headings.map((heading, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two models may have one name
              <th key={index} scope="col" colSpan={index === 0 ? 1 : 2} title={names[index]}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(({ title, rows }) => (
          <tbody key={title}>
            <tr className={styles.group}>
              <th scope="rowgroup" colSpan={2 * headings.length}>
                {title}
              </th>
            </tr>
            {rows.map(({ name, cells }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {cells.map((cell, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                  <Cells key={index} value={cell.value} delta={cell.delta} isBaseline={index === 0} />
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <p className={styles.note}>{report.device}</p>
      {report.warnings?.map((warning) => (
        <p key={warning} className={styles.note}>
          {warning}
        </p>
      ))}
      {report.confidence !== undefined && report.iou !== undefined && (
        <p className={styles.note}>
          {text.dock.measuredAt(report.imageCount, report.confidence.toFixed(2), report.iou.toFixed(2))}
        </p>
      )}
      {report.labelled && (
        <p className={styles.note} title={report.dataset}>
          {text.dock.measuredOn(report.labelled.length, report.dataset && nameDataset(report.dataset))}
        </p>
      )}
    </section>
  );
}

function Cells(props: { readonly value: string; readonly delta: Delta | null; readonly isBaseline: boolean }) {
  const { value, delta, isBaseline } = props;
  return (
    <>
      <td className={styles.value}>{value}</td>
      {!isBaseline && (
        <td className={`${styles.delta} ${delta && delta.tone !== 'neutral' ? delta.tone : 'dim'}`}>{delta?.text}</td>
      )}
    </>
  );
}
