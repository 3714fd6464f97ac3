import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import styles from './VirtualTable.module.css';

const rowHeight = 26;

export interface TableColumn<Id extends string> {
  readonly id: Id;
  readonly title: string;
  /** Pixels; one column without takes what is left. */
  readonly width?: number;
  readonly isNumber?: boolean;
  /** The table cannot be sorted by it. */
  readonly isUnsorted?: boolean;
}

export interface TableOrder<Id extends string> {
  readonly column: Id;
  readonly descending: boolean;
}

/** A table of any length whose columns sort; only the rows in sight exist. */
export function VirtualTable<Row, Id extends string>(props: {
  readonly label: string;
  readonly columns: readonly TableColumn<Id>[];
  /** In the order in which they are shown. */
  readonly rows: readonly Row[];
  readonly order: TableOrder<Id> | null;
  readonly onOrder: (order: TableOrder<Id> | null) => void;
  /** The cells of a row, in the order of the columns. */
  readonly cells: (row: Row) => readonly ReactNode[];
  readonly onPick?: (row: Row) => void;
}) {
  const { columns, rows, order, cells, onPick } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  return (
    <div ref={scroller} className={styles.scroller}>
      <table className={styles.table} aria-label={props.label} aria-rowcount={rows.length + 1}>
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? undefined : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.id}
                scope="col"
                data-number={column.isNumber ?? false}
                aria-sort={column.isUnsorted ? undefined : directionOf(order, column.id)}
              >
                {column.isUnsorted ? (
                  column.title
                ) : (
                  <button type="button" onClick={() => props.onOrder(nextOrder(order, column))}>
                    {column.title}
                    {order?.column === column.id &&
                      (order.descending ? (
                        <IconArrowDown size={12} aria-hidden />
                      ) : (
                        <IconArrowUp size={12} aria-hidden />
                      ))}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={items[0]?.start ?? 0} />
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <tr
                key={item.key}
                aria-rowindex={item.index + 2}
                data-picks={onPick !== undefined}
                onClick={onPick && (() => onPick(row))}
              >
                {cells(row).map((cell, at) => (
                  <td key={columns[at]?.id} data-number={columns[at]?.isNumber ?? false}>
                    {onPick && at === 0 ? (
                      // For the keyboard; a click on it is one on its row.
                      <button type="button" className={styles.pick}>
                        {cell}
                      </button>
                    ) : (
                      cell
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
          <Spacer height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} />
        </tbody>
      </table>
    </div>
  );
}

/** A bar of how large a figure is beside the largest one (0..1). */
export function CellBar({ share, tone = 'neutral' }: { readonly share: number; readonly tone?: 'bad' | 'neutral' }) {
  return <i className={styles.bar} data-tone={tone} style={{ width: `${Math.round(56 * share)}px` }} aria-hidden />;
}

/** Stands for the rows out of sight. */
function Spacer({ height }: { readonly height: number }) {
  return height > 0 ? <tr aria-hidden style={{ height }} /> : null;
}

function directionOf<Id extends string>(order: TableOrder<Id> | null, column: Id): 'none' | 'ascending' | 'descending' {
  if (order?.column !== column) return 'none';
  return order.descending ? 'descending' : 'ascending';
}

/** First click sorts (figures largest first), the second turns round, the third gives the own order back. */
function nextOrder<Id extends string>(order: TableOrder<Id> | null, column: TableColumn<Id>): TableOrder<Id> | null {
  const largestFirst = column.isNumber ?? false;
  if (order?.column !== column.id) return { column: column.id, descending: largestFirst };
  return order.descending === largestFirst ? { column: column.id, descending: !largestFirst } : null;
}
