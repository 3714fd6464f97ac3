/** The recipe that Optimize is set to: steps in a row, with undo. */
import { create } from 'zustand';
import type { PruneOptions, QuantizeOptions, RecipeStep } from '../../models/recipeSchema.ts';

export type StepKind = RecipeStep['operation'];

/** A step of the row; its id lasts while the step is moved and changed. */
export interface PlacedStep {
  readonly id: number;
  readonly step: RecipeStep;
}

type Row = readonly PlacedStep[];

export interface RecipeState {
  readonly steps: Row;
  /** The step that is being configured; null where there is none. */
  readonly selectedId: number | null;
  /** What undo and redo go back to, the nearest last. */
  readonly past: readonly Row[];
  readonly future: readonly Row[];
  /** Off: also what has lost its boxes is made. */
  readonly gate: boolean;
  /** What was changed last, and when: changes of one thing in one go are undone together. */
  readonly gesture: { readonly subject: string; readonly at: number } | null;
}

/** Changes of the same thing that follow each other within this are one gesture, e.g. the dragging of a slider. */
const gestureMilliseconds = 800;
/** More is not undone. */
const keptRows = 200;

const pruneDefaults: PruneOptions = {
  method: 'channel',
  amount: 0.3,
  scope: 'global',
  keep: [],
  roundTo: 8,
  ratios: [],
};

/** What a quantization is added with. */
export const quantizeDefaults: QuantizeOptions = {
  precision: 'int8',
  calibrator: 'minmax',
  percentile: 99.999,
  samples: 300,
  perTensor: false,
  activations: 'uint8',
  symmetric: false,
  headGuard: true,
  stemGuard: true,
  keep: [],
  trials: 20,
  gate: true,
};

let lastId = 0;

function place(step: RecipeStep): PlacedStep {
  lastId += 1;
  return { id: lastId, step };
}

/** A step as it is added. */
export function newStep(operation: StepKind): RecipeStep {
  switch (operation) {
    case 'fold':
      return { operation };
    case 'prune':
      return { operation, options: pruneDefaults };
    case 'quantize':
      return { operation, options: quantizeDefaults };
  }
}

export const useRecipe = create<RecipeState>()(() => {
  const first = place(newStep('quantize'));
  return { steps: [first], selectedId: first.id, past: [], future: [], gate: true, gesture: null };
});

/** Steps come in this order: what is quantized is neither folded nor pruned any more. */
const orderOfKinds: readonly StepKind[] = ['fold', 'prune', 'quantize'];

/** Where a step of a kind belongs in a row: behind the last one that goes before it. */
export function placeFor(steps: readonly Pick<PlacedStep, 'step'>[], operation: StepKind): number {
  const rank = orderOfKinds.indexOf(operation);
  return steps.findLastIndex(({ step }) => orderOfKinds.indexOf(step.operation) <= rank) + 1;
}

/** Puts another row in place of this one, as one step of undo; `subject` joins changes of the same thing. */
function change(steps: Row, selectedId: number | null, subject: string | null = null): void {
  useRecipe.setState((state) => {
    const at = Date.now();
    const { gesture } = state;
    const goesOn = subject !== null && gesture?.subject === subject && at - gesture.at < gestureMilliseconds;
    return {
      steps,
      selectedId,
      past: goesOn ? state.past : [...state.past, state.steps].slice(-keptRows),
      future: [],
      gesture: subject === null ? null : { subject, at },
    };
  });
}

/** Adds a step where it belongs, and shows it. */
export function addStep(operation: StepKind): void {
  const { steps } = useRecipe.getState();
  const added = place(newStep(operation));
  change(steps.toSpliced(placeFor(steps, operation), 0, added), added.id);
}

/** Takes a step out, and shows the one that is then in its place. */
export function removeStep(id: number): void {
  const { steps, selectedId } = useRecipe.getState();
  const at = steps.findIndex((step) => step.id === id);
  if (at < 0) return;
  const rest = steps.toSpliced(at, 1);
  change(rest, selectedId === id ? ((rest[at] ?? rest.at(-1))?.id ?? null) : selectedId);
}

/** Moves a step to a place counted from 0; places outside the row stand for its ends. */
export function moveStep(id: number, to: number): void {
  const { steps } = useRecipe.getState();
  const from = steps.findIndex((step) => step.id === id);
  const moved = steps[from];
  const target = Math.min(steps.length - 1, Math.max(0, to));
  if (!moved || from === target) return;
  change(steps.toSpliced(from, 1).toSpliced(target, 0, moved), id);
}

/** Configures a step anew. */
export function configureStep(id: number, step: RecipeStep): void {
  const { steps, selectedId } = useRecipe.getState();
  const before = steps.find((placed) => placed.id === id);
  if (!before) return;
  const subject = `${id} ${changedFields(before.step, step).join(' ')}`;
  change(
    steps.map((placed) => (placed.id === id ? { id, step } : placed)),
    selectedId,
    subject,
  );
}

function changedFields(before: RecipeStep, after: RecipeStep): string[] {
  if (before.operation === 'fold' || after.operation === 'fold') return [];
  const earlier = new Map<string, unknown>(Object.entries(before.options));
  return Object.entries(after.options).flatMap(([name, value]) => (earlier.get(name) === value ? [] : [name]));
}

/** Puts a whole recipe in the row. */
export function replaceSteps(steps: readonly RecipeStep[]): void {
  const row = steps.map(place);
  change(row, row[0]?.id ?? null);
}

/** Forgets which pictures the steps were made with, so that those of the tray serve. */
export function dropPictures(): void {
  const { steps, selectedId } = useRecipe.getState();
  change(
    steps.map(({ id, step }) => ({ id, step: withoutPictures(step) })),
    selectedId,
  );
}

function withoutPictures(step: RecipeStep): RecipeStep {
  if (step.operation === 'fold') return step;
  const { pictures: _, ...rest } = step;
  return rest;
}

/** The pictures that a recipe names, of the step that names most: it replays to the same bytes with just these. */
export function namedPictures(steps: readonly RecipeStep[]): number {
  return Math.max(0, ...steps.map((step) => (step.operation === 'fold' ? 0 : (step.pictures?.length ?? 0))));
}

export const setGate = (gate: boolean): void => useRecipe.setState({ gate });

export const selectStep = (selectedId: number): void => useRecipe.setState({ selectedId });

function step(from: 'past' | 'future', to: 'past' | 'future'): void {
  useRecipe.setState((state) => {
    const row = state[from].at(-1);
    if (!row) return state;
    const stays = row.some(({ id }) => id === state.selectedId);
    return {
      steps: row,
      selectedId: stays ? state.selectedId : (row[0]?.id ?? null),
      [from]: state[from].slice(0, -1),
      [to]: [...state[to], state.steps],
      gesture: null,
    };
  });
}

export const undo = (): void => step('past', 'future');
export const redo = (): void => step('future', 'past');

/** The step of a kind that a layer is protected in: the selected one, else the first; undefined where there is none. */
export function stepToProtectIn(
  { steps, selectedId }: Pick<RecipeState, 'steps' | 'selectedId'>,
  operation: 'prune' | 'quantize',
): PlacedStep | undefined {
  const fitting = steps.filter(({ step }) => step.operation === operation);
  return fitting.find(({ id }) => id === selectedId) ?? fitting[0];
}

/** Keeps a layer as it is in a kind of step, or lets go of it again; the step is added where there is none yet. */
export function toggleKept(operation: 'prune' | 'quantize', layer: string): void {
  if (stepToProtectIn(useRecipe.getState(), operation) === undefined) addStep(operation);
  const placed = stepToProtectIn(useRecipe.getState(), operation);
  if (!placed || placed.step.operation === 'fold') return;
  const { keep } = placed.step.options;
  const next = keep.includes(layer) ? keep.filter((name) => name !== layer) : [...keep, layer];
  configureStep(placed.id, withKept(placed.step, next));
}

function withKept(step: Exclude<RecipeStep, { operation: 'fold' }>, keep: string[]): RecipeStep {
  switch (step.operation) {
    case 'prune':
      return { ...step, options: { ...step.options, keep } };
    case 'quantize':
      return { ...step, options: { ...step.options, keep } };
  }
}
