import { Loader, TextInput } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { GraphDifferenceReport, StageSummary } from '../../../models/types.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { useText } from '../../i18n/text.ts';
import { askGraphs, pairKey, useDifferences } from '../../state/differences.ts';
import { useView } from '../../state/view.ts';
import dock from './Dock.module.css';
import { describeChange, nameKind, nameStage } from './describeGraph.ts';
import styles from './GraphTab.module.css';
import { type GraphKind, type GraphRow, graphKinds, graphRows } from './graphRows.ts';
import { NotCompared } from './NotCompared.tsx';

/** Which nodes of the variant in focus differ from the baseline's, stage by stage. */
export function GraphTab() {
  const text = useText();
  const baselineId = useView((state) => state.baselineId);
  const variantId = useView((state) => state.focusedId);
  const key = baselineId && variantId ? pairKey(baselineId, variantId) : '';
  const answer = useDifferences((state) => state.graphs.get(key));
  const missing = answer === undefined;
  useEffect(() => {
    if (missing && baselineId && variantId) void askGraphs(baselineId, variantId);
  }, [missing, baselineId, variantId]);
  if (!baselineId || !variantId) return <NotCompared />;
  if (answer?.state === 'failed') {
    return (
      <div className={dock.empty}>
        <ErrorNotice error={answer.error} retry={() => void askGraphs(baselineId, variantId)} />
      </div>
    );
  }
  if (answer?.state !== 'ready') {
    return (
      <div className={dock.empty} role="status">
        <p>
          <Loader size={14} /> {text.dock.readingGraphs}
        </p>
      </div>
    );
  }
  return <Difference key={key} report={answer.value} />;
}

function Difference({ report }: { readonly report: GraphDifferenceReport }) {
  const text = useText();
  const [kinds, setKinds] = useState<readonly GraphKind[]>([]);
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => graphRows(report, { kinds, text: search }, open), [report, kinds, search, open]);
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const { nodes } = report;
  return (
    <div className={dock.column}>
      <div className={dock.tools}>
        <h2>{text.dock.graphSummary(nodes.baseline, nodes.variant, nodes.same)}</h2>
        {graphKinds.map((kind) => (
          <button
            type="button"
            key={kind}
            className={styles.chip}
            aria-pressed={kinds.includes(kind)}
            disabled={report[kind].length === 0}
            onClick={() => setKinds(kinds.includes(kind) ? kinds.filter((one) => one !== kind) : [...kinds, kind])}
          >
            {nameKind(kind, text)}
            <b className="number">{report[kind].length}</b>
          </button>
        ))}
        <TextInput
          aria-label={text.dock.filterNodes}
          placeholder={text.dock.filterNodes}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          w={170}
        />
      </div>
      <div className={styles.split}>
        <Stages stages={report.stages} />
        {rows.length === 0 ? (
          <p className={styles.nothing}>
            {kinds.length === 0 && search.trim() === '' ? text.dock.noDifference : text.dock.noNodeFits}
          </p>
        ) : (
          <Tree rows={rows} toggle={toggle} open={open} />
        )}
      </div>
    </div>
  );
}

/** How much of each stage is different: the graph drawn simply. */
function Stages({ stages }: { readonly stages: readonly StageSummary[] }) {
  const text = useText();
  const most = Math.max(1, ...stages.map(({ same, changed, added, removed }) => same + changed + added + removed));
  return (
    <ol className={styles.stages} aria-label={text.dock.stages}>
      {stages.map((summary) => {
        const { stage, same, changed, added, removed } = summary;
        const parts = [
          ['same', same],
          ['changed', changed],
          ['added', added],
          ['removed', removed],
        ] as const;
        const name = nameStage(stage, text);
        return (
          <li key={name} title={text.dock.stageCounts(same, changed, added, removed)}>
            <span>{name}</span>
            <span className={styles.track}>
              {parts.map(([kind, count]) => (
                <i key={kind} data-kind={kind} style={{ width: `${(100 * count) / most}%` }} />
              ))}
            </span>
            <span className="hidden">{text.dock.stageCounts(same, changed, added, removed)}</span>
          </li>
        );
      })}
    </ol>
  );
}

const rowHeight = 25;

/** Arrows move between the rows and unfold them, as in every tree. */
function keyed(event: KeyboardEvent<HTMLElement>): void {
  const focused = document.activeElement;
  if (!(focused instanceof HTMLElement) || !event.key.startsWith('Arrow')) return;
  event.preventDefault();
  event.stopPropagation();
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = rows.indexOf(focused);
  const isOpen = focused.getAttribute('aria-expanded');
  if (event.key === 'ArrowDown') rows[at + 1]?.focus();
  else if (event.key === 'ArrowUp') rows[at - 1]?.focus();
  else if (isOpen === (event.key === 'ArrowRight' ? 'false' : 'true')) focused.click();
}

function Tree(props: {
  readonly rows: readonly GraphRow[];
  readonly open: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
}) {
  const text = useText();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: props.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  return (
    <div ref={scroller} className={styles.tree} role="tree" aria-label={text.dock.graph} onKeyDown={keyed}>
      <div style={{ height: virtual.getTotalSize() }} className={styles.rows} role="presentation">
        {virtual.getVirtualItems().map((item) => {
          const row = props.rows[item.index];
          return (
            row && (
              <TreeRow
                key={row.key}
                row={row}
                top={item.start}
                isOpen={props.open.has(row.key) || props.rows[item.index + 1]?.key.startsWith(`${row.key} `) === true}
                onToggle={() => props.toggle(row.key)}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

function TreeRow(props: {
  readonly row: GraphRow;
  readonly top: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}) {
  const text = useText();
  const { row, isOpen, onToggle } = props;
  const style = { transform: `translateY(${props.top}px)` };
  if (row.level === 'node') {
    const changes = row.changes.map((change) => describeChange(change, text)).join(' · ');
    return (
      <div
        className={styles.row}
        role="treeitem"
        tabIndex={-1}
        aria-level={3}
        style={style}
        title={`${row.node.name}\n${changes}`}
      >
        <span className={styles.name}>{row.node.name}</span>
        <span className="dim">{changes}</span>
      </div>
    );
  }
  return (
    <button
      type="button"
      className={styles.row}
      role="treeitem"
      aria-level={row.level === 'stage' ? 1 : 2}
      aria-expanded={isOpen}
      style={style}
      onClick={onToggle}
    >
      <IconChevronRight size={13} aria-hidden />
      {row.level === 'stage' ? (
        <b>{nameStage(row.stage, text)}</b>
      ) : (
        <>
          <em data-kind={row.kind}>{nameKind(row.kind, text)}</em>
          {row.operator}
        </>
      )}
      <span className="dim number">{row.count}</span>
    </button>
  );
}
