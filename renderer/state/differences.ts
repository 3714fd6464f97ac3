/** What the engine was asked about two models: their layers on a picture, and their graphs. The latest answers are kept. */
import { create } from 'zustand';
import { type ErrorReport, reportError } from '../../models/errors.ts';
import type { GraphDifferenceReport, LayersReport } from '../../models/types.ts';
import { compareGraphs, compareLayers } from '../studio.ts';

type Answer<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: ErrorReport };

interface DifferencesState {
  /** By variant, of the pair and picture that `layersKey` says. */
  readonly layers: ReadonlyMap<string, Answer<LayersReport>>;
  readonly graphs: ReadonlyMap<string, Answer<GraphDifferenceReport>>;
}

export const useDifferences = create<DifferencesState>()(() => ({ layers: new Map(), graphs: new Map() }));

/** Answers that are kept of each kind; those of layers can hold some hundred kB. */
const keptAnswers = 8;

/** What names a pair of models, and a picture where one is looked at. */
export function pairKey(baselineId: string, variantId: string, imagePath = ''): string {
  return `${baselineId}\n${variantId}\n${imagePath}`;
}

function withAnswer<Value>(
  answers: ReadonlyMap<string, Answer<Value>>,
  key: string,
  answer: Answer<Value>,
): ReadonlyMap<string, Answer<Value>> {
  const next = new Map(answers);
  next.delete(key);
  next.set(key, answer);
  for (const old of next.keys()) {
    if (next.size <= keptAnswers) break;
    next.delete(old);
  }
  return next;
}

async function answerOf<Value>(ask: () => Promise<Value>): Promise<Answer<Value>> {
  try {
    return { state: 'ready', value: await ask() };
  } catch (error) {
    return { state: 'failed', error: reportError(error) };
  }
}

/** Rises when everything is forgotten, so that an answer under an old reading is not kept. */
let generation = 0;

/** Asks unless the answer is known or on its way. */
async function ask<Value>(
  known: Answer<Value> | undefined,
  set: (answer: Answer<Value>) => void,
  question: () => Promise<Value>,
): Promise<void> {
  if (known && known.state !== 'failed') return;
  const asked = generation;
  set({ state: 'loading' });
  const answer = await answerOf(question);
  if (asked === generation) set(answer);
}

/** Has the layers of two models compared on a picture; what is known or on its way is not asked again. */
export function askLayers(baselineId: string, variantId: string, imagePath: string): Promise<void> {
  const key = pairKey(baselineId, variantId, imagePath);
  return ask(
    useDifferences.getState().layers.get(key),
    (answer) => useDifferences.setState(({ layers }) => ({ layers: withAnswer(layers, key, answer) })),
    () => compareLayers(baselineId, variantId, imagePath),
  );
}

/** Has the graphs of two models compared; what is known or on its way is not asked again. */
export function askGraphs(baselineId: string, variantId: string): Promise<void> {
  const key = pairKey(baselineId, variantId);
  return ask(
    useDifferences.getState().graphs.get(key),
    (answer) => useDifferences.setState(({ graphs }) => ({ graphs: withAnswer(graphs, key, answer) })),
    () => compareGraphs(baselineId, variantId),
  );
}

/** Forgets everything: what was seen under another reading is not what would be seen now. */
export function forgetDifferences(): void {
  generation += 1;
  useDifferences.setState({ layers: new Map(), graphs: new Map() });
}
