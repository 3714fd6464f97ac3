import type { Command } from 'commander';
import { formatPercent } from '../../format.ts';
import type { ConstantKind, GraphDifferenceReport, GraphStage, NodeChange, StagedNode } from '../../types.ts';
import type { CommandHost, CommonFlags } from '../host.ts';
import { addCommonOptions } from '../options.ts';
import { printable } from '../style.ts';
import { renderTable } from '../table.ts';

function nameStage({ part, stride }: GraphStage): string {
  return stride === null ? part : `${part}, stride ${stride}`;
}

const nameKind = ({ type, shape }: ConstantKind) => `${type} [${shape.join(', ')}]`;

function describeChange(change: NodeChange): string {
  switch (change.what) {
    case 'operator':
      return `operator ${change.before} -> ${change.after}`;
    case 'attribute':
      return `${change.name} ${change.before ?? 'unset'} -> ${change.after ?? 'unset'}`;
    case 'constant':
      return change.changed === undefined
        ? `${change.tensor} ${nameKind(change.before)} -> ${nameKind(change.after)}`
        : `${formatPercent(change.changed)} of ${change.tensor}`;
    case 'inputs':
      return `inputs ${change.before.join(', ')} -> ${change.after.join(', ')}`;
    case 'rounding':
      return change.after ? 'reads rounded values' : 'reads values as they are';
  }
}

/** Nodes of one kind as "12 x QuantizeLinear", most first. */
function countOperators(nodes: readonly StagedNode[]): string {
  const counts = new Map<string, number>();
  for (const { operator } of nodes) counts.set(operator, (counts.get(operator) ?? 0) + 1);
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  return ranked.map(([operator, count]) => `${count} x ${printable(operator)}`).join(', ');
}

/** What `boxwright diff` prints for people. */
function renderDifference({ nodes, stages, added, removed, changed }: GraphDifferenceReport): string {
  const figures = ['same', 'changed', 'added', 'removed'] as const;
  const table = renderTable(
    [{ title: 'stage', align: 'left' }, ...figures.map((title) => ({ title, align: 'right' as const }))],
    stages.map((summary) => [nameStage(summary.stage), ...figures.map((figure) => String(summary[figure]))]),
  );
  const lines = changed.map(
    ({ name, changes }) => `${printable(`${name}: ${changes.map(describeChange).join('; ')}`)}\n`,
  );
  return [
    `${nodes.baseline} nodes, ${nodes.variant} in the variant, ${nodes.same} the same\n\n`,
    table,
    added.length === 0 ? '' : `\nadded: ${countOperators(added)}\n`,
    removed.length === 0 ? '' : `\nremoved: ${countOperators(removed)}\n`,
    lines.length === 0 ? '' : '\n',
    ...lines,
  ].join('');
}

export function addDiff(program: Command, host: CommandHost): void {
  const command = program
    .command('diff')
    .description('Show which nodes of two graphs differ: added, removed, other weights, attributes or inputs')
    .argument('<baseline>', 'ONNX file')
    .argument('<variant>', 'ONNX file');
  addCommonOptions(command, ['diff yolov8n.onnx int8.onnx', 'diff yolov8n.onnx pruned.onnx --json']);
  command.action((baseline: string, variant: string, flags: CommonFlags) =>
    host.run('graphDifference', () => ({ baseline, variant }), flags, { render: renderDifference }),
  );
}
