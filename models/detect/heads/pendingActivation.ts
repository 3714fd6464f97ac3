import type { DetectorSpec } from '../../types.ts';
import type { ModelFacts } from './head.ts';
import { activationOf, joinedChannels } from './valueOrigin.ts';

/** What an output of raw predictions leaves to its reader. */
export interface PendingActivation {
  readonly activation: DetectorSpec['activation'];
  /** True where every value comes from a sigmoid: sizes cannot be logarithms then. */
  readonly areSizesActivated: boolean;
}

/**
 * Activations that are still to be applied to predictions of box, objectness and classes: those that the graph has applied to
 * all of them or to the parts that it joins.
 * @param values of one prediction
 */
export function pendingActivation(model: ModelFacts, output: string, values: number): PendingActivation {
  if (activationOf(model, output) === 'sigmoid') {
    return { activation: { box: 'none', objectness: 'none', class: 'none' }, areSizesActivated: true };
  }
  const parts = joinedChannels(model, output, values) ?? [];
  const isActivated = (value: number) => {
    let before = 0;
    for (const { tensor, width } of parts) {
      before += width;
      if (before > value) return activationOf(model, tensor) !== null;
    }
    return false;
  };
  const pending = (value: number) => (isActivated(value) ? 'none' : 'sigmoid');
  return {
    activation: { box: pending(0), objectness: pending(4), class: pending(5) },
    areSizesActivated: isActivated(2),
  };
}
