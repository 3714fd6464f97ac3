import type { FigureRow } from '../figures.ts';
import type { Delta } from '../format.ts';
import { useText } from '../i18n/text.ts';
import { shortenNames } from '../shortenNames.ts';
import styles from './FiguresTable.module.css';

/**
 * Figures of the baseline and its variants. With one variant the differences have a column of their own; with several
 * each stands under its value.
 */
export function FiguresTable(props: { readonly names: readonly string[]; readonly rows: readonly FigureRow[] }) {
  const text = useText();
  const beside = props.names.length === 2;
  const headings = shortenNames(props.names);
  return (
    <div className={styles.scroller}>
      <table className={`${styles.table} ${props.names.length > 3 ? styles.dense : ''}`}>
        <thead>
          <tr>
            <td />
            {props.names.map((name, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two models may have one name
              <th key={index} scope="col" title={name}>
                {headings[index]}
              </th>
            ))}
            {beside && <th scope="col">{text.common.difference}</th>}
          </tr>
        </thead>
        <tbody>
          {props.rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              {cells.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                <td key={index}>
                  {cell.value}
                  {!beside && cell.delta && <DeltaText delta={cell.delta} under={cell.value !== ''} />}
                </td>
              ))}
              {beside && <td>{cells[1]?.delta && <DeltaText delta={cells[1].delta} />}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeltaText({ delta, under = false }: { readonly delta: Delta; readonly under?: boolean }) {
  if (under && delta.tone === 'neutral') return null;
  return (
    <span className={`${under ? styles.under : ''} ${delta.tone === 'neutral' ? '' : delta.tone}`}>{delta.text}</span>
  );
}
