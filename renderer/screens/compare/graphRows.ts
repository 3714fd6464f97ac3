/** The differences of two graphs as rows of a tree: stages, below them kinds of nodes, below them nodes. */
import type { ChangedNode, GraphDifferenceReport, GraphStage, StagedNode } from '../../../models/types.ts';

export type GraphKind = 'added' | 'removed' | 'changed';
export const graphKinds: readonly GraphKind[] = ['changed', 'added', 'removed'];

export type GraphRow =
  | { readonly level: 'stage'; readonly key: string; readonly stage: GraphStage; readonly count: number }
  | {
      readonly level: 'operator';
      readonly key: string;
      readonly kind: GraphKind;
      readonly operator: string;
      readonly count: number;
    }
  | {
      readonly level: 'node';
      readonly key: string;
      readonly kind: GraphKind;
      readonly node: StagedNode;
      readonly changes: ChangedNode['changes'];
    };

export interface GraphFilter {
  readonly kinds: readonly GraphKind[];
  /** Part of a node's name or operator, in any case. */
  readonly text: string;
}

interface Entry {
  readonly kind: GraphKind;
  readonly node: StagedNode;
  readonly changes: ChangedNode['changes'];
}

const keyOf = ({ part, stride }: GraphStage) => `${part} ${stride}`;

function entriesOf(report: GraphDifferenceReport, { kinds, text }: GraphFilter): readonly Entry[] {
  const wanted = text.trim().toLowerCase();
  const entries: readonly Entry[] = [
    ...report.changed.map((node): Entry => ({ kind: 'changed', node, changes: node.changes })),
    ...report.added.map((node): Entry => ({ kind: 'added', node, changes: [] })),
    ...report.removed.map((node): Entry => ({ kind: 'removed', node, changes: [] })),
  ];
  return entries.filter(
    ({ kind, node }) =>
      (kinds.length === 0 || kinds.includes(kind)) &&
      (wanted === '' || `${node.name} ${node.operator}`.toLowerCase().includes(wanted)),
  );
}

/**
 * The rows in sight: every stage with differences that fit, and what lies below the rows that are open. A search opens all.
 * @param open keys of rows that are unfolded
 */
export function graphRows(
  report: GraphDifferenceReport,
  filter: GraphFilter,
  open: ReadonlySet<string>,
): readonly GraphRow[] {
  const entries = entriesOf(report, filter);
  const isOpen = (key: string) => filter.text.trim() !== '' || open.has(key);
  return report.stages.flatMap(({ stage }): readonly GraphRow[] => {
    const own = entries.filter(({ node }) => keyOf(node.stage) === keyOf(stage));
    if (own.length === 0) return [];
    const key = keyOf(stage);
    const row: GraphRow = { level: 'stage', key, stage, count: own.length };
    return isOpen(key) ? [row, ...operatorRows(own, key, isOpen)] : [row];
  });
}

function operatorRows(
  entries: readonly Entry[],
  stageKey: string,
  isOpen: (key: string) => boolean,
): readonly GraphRow[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = `${stageKey} ${entry.kind} ${entry.node.operator}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups].flatMap(([key, group]): readonly GraphRow[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { kind, node } = first;
    const row: GraphRow = { level: 'operator', key, kind, operator: node.operator, count: group.length };
    const nodes = group.map((entry, at): GraphRow => ({ level: 'node', key: `${key} ${at}`, ...entry }));
    return isOpen(key) ? [row, ...nodes] : [row];
  });
}
