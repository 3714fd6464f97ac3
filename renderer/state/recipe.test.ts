import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  addStep,
  configureStep,
  dropPictures,
  moveStep,
  namedPictures,
  newStep,
  placeFor,
  redo,
  removeStep,
  replaceSteps,
  type StepKind,
  selectStep,
  stepToProtectIn,
  toggleKept,
  undo,
  useRecipe,
} from './recipe.ts';

const kinds = () => useRecipe.getState().steps.map(({ step }) => step.operation);
const idAt = (index: number) => useRecipe.getState().steps[index]?.id ?? -1;
const keepAt = (index: number) => {
  const step = useRecipe.getState().steps[index]?.step;
  return step && step.operation !== 'fold' ? step.options.keep : null;
};

function setAmount(index: number, amount: number): void {
  const placed = useRecipe.getState().steps[index];
  if (placed?.step.operation !== 'prune') throw new Error('no pruning step');
  configureStep(placed.id, { ...placed.step, options: { ...placed.step.options, amount } });
}

function newPruning() {
  const step = newStep('prune');
  if (step.operation !== 'prune') throw new Error('another step');
  return step;
}

beforeEach(() => {
  vi.useRealTimers();
  useRecipe.setState({ steps: [], selectedId: null, past: [], future: [], gate: true, gesture: null });
});

describe('the row of steps', () => {
  it('puts a new step where it belongs: folded, pruned, then quantized', () => {
    addStep('quantize');
    addStep('fold');
    addStep('prune');
    addStep('prune');
    expect(kinds()).toEqual(['fold', 'prune', 'prune', 'quantize']);
    expect(useRecipe.getState().selectedId).toBe(idAt(2));
  });

  it('finds a place also in rows that are in another order', () => {
    const row = (...operations: StepKind[]) => operations.map((operation) => ({ step: newStep(operation) }));
    expect(placeFor([], 'quantize')).toBe(0);
    expect(placeFor(row('quantize', 'prune'), 'prune')).toBe(2);
    expect(placeFor(row('quantize'), 'fold')).toBe(0);
  });

  it('moves within its ends, and keeps what is selected', () => {
    replaceSteps([newStep('fold'), newStep('prune'), newStep('quantize')]);
    moveStep(idAt(2), 0);
    expect(kinds()).toEqual(['quantize', 'fold', 'prune']);
    moveStep(idAt(0), 99);
    expect(kinds()).toEqual(['fold', 'prune', 'quantize']);
    moveStep(idAt(0), -3);
    expect(useRecipe.getState().past).toHaveLength(3);
  });

  it('selects the neighbour of a removed step', () => {
    replaceSteps([newStep('fold'), newStep('prune'), newStep('quantize')]);
    const [, , quantize] = useRecipe.getState().steps;
    selectStep(idAt(1));
    removeStep(idAt(1));
    expect(useRecipe.getState().selectedId).toBe(quantize?.id);
    removeStep(idAt(1));
    removeStep(idAt(0));
    expect(useRecipe.getState()).toMatchObject({ steps: [], selectedId: null });
  });
});

describe('undo', () => {
  it('takes back a dragged slider at once, and what came later alone', () => {
    vi.useFakeTimers();
    addStep('prune');
    for (const amount of [0.35, 0.4, 0.5]) setAmount(0, amount);
    vi.advanceTimersByTime(5000);
    setAmount(0, 0.9);
    undo();
    expect(useRecipe.getState().steps[0]?.step).toMatchObject({ options: { amount: 0.5 } });
    undo();
    expect(useRecipe.getState().steps[0]?.step).toMatchObject({ options: { amount: 0.3 } });
    redo();
    redo();
    expect(useRecipe.getState().steps[0]?.step).toMatchObject({ options: { amount: 0.9 } });
  });

  it('leads back through any row of changes, and forth again', () => {
    const actions: Record<string, (value: number) => void> = {
      fold: () => addStep('fold'),
      prune: () => addStep('prune'),
      quantize: () => addStep('quantize'),
      remove: (value) => removeStep(idAt(value % 4)),
      move: (value) => moveStep(idAt(value % 3), value % 5),
      keep: (value) => toggleKept('quantize', `layer ${value % 2}`),
    };
    const action = fc.tuple(fc.constantFrom(...Object.keys(actions)), fc.nat(20));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (script) => {
        useRecipe.setState({ steps: [], selectedId: null, past: [], future: [], gate: true, gesture: null });
        for (const [name, value] of script) actions[name]?.(value);
        const { steps, past } = useRecipe.getState();
        for (let count = past.length; count > 0; count -= 1) undo();
        expect(useRecipe.getState().steps).toEqual([]);
        for (let count = past.length; count > 0; count -= 1) redo();
        expect(useRecipe.getState().steps).toEqual(steps);
      }),
    );
  });
});

describe('named pictures', () => {
  it('are forgotten on demand, and come back by undo', () => {
    const pictures = [{ name: 'a.jpg', sha256: '0'.repeat(64) }];
    replaceSteps([newStep('fold'), { ...newPruning(), pictures }]);
    const named = () => namedPictures(useRecipe.getState().steps.map(({ step }) => step));
    expect(named()).toBe(1);
    dropPictures();
    expect(named()).toBe(0);
    expect(useRecipe.getState().steps.map(({ step }) => step)).toEqual([newStep('fold'), newPruning()]);
    undo();
    expect(named()).toBe(1);
  });
});

describe('keeping a layer', () => {
  it('happens in the selected step of that kind, else in the first', () => {
    replaceSteps([newStep('prune'), newStep('prune'), newStep('quantize')]);
    toggleKept('prune', '/a');
    selectStep(idAt(1));
    toggleKept('prune', '/b');
    toggleKept('quantize', '/c');
    expect([keepAt(0), keepAt(1), keepAt(2)]).toEqual([['/a'], ['/b'], ['/c']]);
    toggleKept('prune', '/b');
    expect(keepAt(1)).toEqual([]);
    expect(stepToProtectIn(useRecipe.getState(), 'prune')?.id).toBe(idAt(1));
  });

  it('adds the step where there is none', () => {
    addStep('quantize');
    toggleKept('prune', '/a');
    expect(kinds()).toEqual(['prune', 'quantize']);
    expect(keepAt(0)).toEqual(['/a']);
  });
});
