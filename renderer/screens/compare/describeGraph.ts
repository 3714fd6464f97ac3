/** The differences of two graphs in words. */
import type { ConstantKind, GraphStage, NodeChange } from '../../../models/types.ts';
import { formatPercent, formatShape } from '../../format.ts';
import type { Dictionary } from '../../i18n/en.ts';
import type { GraphKind } from './graphRows.ts';

export function nameKind(kind: GraphKind, { dock }: Dictionary): string {
  switch (kind) {
    case 'added':
      return dock.added;
    case 'removed':
      return dock.removed;
    case 'changed':
      return dock.changed;
  }
}

export function nameStage({ part, stride }: GraphStage, { dock }: Dictionary): string {
  const name = dock.parts[part];
  return stride === null ? name : dock.atStride(name, stride);
}

const nameConstant = ({ type, shape }: ConstantKind) => (shape.length === 0 ? type : `${type} ${formatShape(shape)}`);

/** One thing that is different about a node, shortly. */
export function describeChange(change: NodeChange, { dock }: Dictionary): string {
  switch (change.what) {
    case 'operator':
      return `${change.before} → ${change.after}`;
    case 'attribute':
      return `${change.name} ${change.before ?? dock.unset} → ${change.after ?? dock.unset}`;
    case 'constant':
      return change.changed === undefined
        ? `${change.tensor}: ${nameConstant(change.before)} → ${nameConstant(change.after)}`
        : dock.valuesChanged(formatPercent(change.changed), change.tensor);
    case 'inputs':
      return `${dock.inputs}: ${change.before.join(', ')} → ${change.after.join(', ')}`;
    case 'rounding':
      return change.after ? dock.readsRounded : dock.readsFloat;
  }
}
