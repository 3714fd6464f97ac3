import type { ModelFacts, OutputFacts } from './head.ts';
import { holdsIntegers, mayBeCount, rowsShape, vectorLength } from './rowShapes.ts';
import { kindOfValue } from './valueOrigin.ts';

/** Finished boxes whose scores and classes are outputs of their own. */
interface SeparateOutputs {
  /** [K, 4], or [K, 5] with the score as fifth value. */
  readonly boxes: OutputFacts;
  readonly width: 4 | 5;
  /** Absent where the score is in the boxes. */
  readonly scores?: OutputFacts;
  readonly classes: OutputFacts;
  /** How many of the boxes are filled. */
  readonly count?: OutputFacts;
}

/** Boxes with one class and one score each, in outputs of their own and in any order; null where there are none. */
export function findSeparateOutputs(model: ModelFacts): SeparateOutputs | null {
  // One value a box in [1, K] is no row of four or five values: outputs with the batch come first.
  const boxes = model.outputs
    .filter((output) => [4, 5].includes(rowsShape(output)?.width ?? 0) && !holdsIntegers(model, output))
    .sort((a, b) => b.dims.length - a.dims.length)[0];
  if (boxes === undefined) return null;
  const { count: length = null, width = 4 } = rowsShape(boxes) ?? {};
  const others = model.outputs.filter((output) => output !== boxes);
  const vectors = others.filter((output) => {
    const itsLength = vectorLength(output);
    return itsLength !== undefined && (itsLength === length || itsLength === null || length === null);
  });
  const classes = findClasses(model, vectors);
  if (classes === undefined) return null;
  const rest = others.filter((output) => output !== classes);
  const count = rest.find((output) => mayBeCount(model, output));
  const scores = vectors.find((output) => output !== classes && output !== count);
  if (width === 5) return { boxes, width: 5, classes, ...(count === undefined ? {} : { count }) };
  if (scores === undefined) return null;
  return { boxes, width: 4, scores, classes, ...(count === undefined ? {} : { count }) };
}

/** The class of each box: whole numbers, or what the graph makes from places; names count where neither tells. */
function findClasses(model: ModelFacts, vectors: readonly OutputFacts[]): OutputFacts | undefined {
  const named = (output: OutputFacts) => /class|label|categ|cls/i.test(output.name);
  const numbers = vectors.filter(
    (output) => holdsIntegers(model, output) || kindOfValue(model, output.name) === 'number',
  );
  const isLong = (output: OutputFacts) => !mayBeCount(model, output);
  return numbers.find(isLong) ?? numbers.find(named) ?? (numbers.length === 1 ? numbers[0] : vectors.find(named));
}
