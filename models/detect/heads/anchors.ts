import { type AnchorFactor, findAnchorFactors } from './anchorFactors.ts';
import type { ConstantValues } from './graphConstants.ts';
import type { LevelSize, ModelFacts } from './head.ts';
import type { Anchors } from './publishedAnchors.ts';

/** Where a head has its anchors. */
export interface AnchorGrid {
  /** In the order of the specification. */
  readonly levels: readonly LevelSize[];
  readonly anchorsPerCell: number;
  /** Of the boxes that the graph decodes. */
  readonly units: 'pixels' | 'relative';
}

export interface PublishedAnchors {
  /** Of the model, for a sentence. */
  readonly name: string;
  readonly anchors: Anchors;
}

export interface FoundAnchors {
  readonly anchors: Anchors;
  readonly evidence: readonly string[];
  readonly warnings: readonly string[];
}

/** Anchors in cells are small numbers; in pixels the largest of all is many times that of a cell. */
const largestInCells = 20;

/**
 * The anchors of a head, in input pixels, by level: those the graph multiplies with, else those of the metadata, else the
 * published ones, with a warning.
 */
export function findAnchors(
  model: ModelFacts,
  grid: AnchorGrid,
  published: PublishedAnchors | null,
): FoundAnchors | null {
  const inGraph = anchorsInGraph(model, grid);
  if (inGraph !== null) return inGraph;
  const listed = anchorsInMetadata(model, grid);
  if (listed !== null && 'anchors' in listed) return listed;
  const fits =
    published?.anchors.length === grid.levels.length &&
    published.anchors.every((level) => level.length === grid.anchorsPerCell);
  if (published === null || !fits) return null;
  return {
    anchors: inOrder(published.anchors, grid),
    evidence: [`The anchors are those that ${published.name} was published with: ${listAnchors(published.anchors)}.`],
    warnings: [
      ...(listed === null ? [] : [listed.problem]),
      `The anchors are not in the file; those ${published.name} was published with are used. If the model was trained with others, its boxes have wrong sizes: give them in the specification.`,
    ],
  };
}

/** The anchors that a graph which decodes boxes itself shows, for the view of its grid; the boxes do not depend on them. */
export function anchorsInGraph(model: ModelFacts, grid: AnchorGrid): FoundAnchors | null {
  const { levels, anchorsPerCell } = grid;
  const factors = findAnchorFactors(model, mostFactors * levels.length * anchorsPerCell);
  const byLevel =
    factors.length === 0
      ? null
      : (joinedAnchors(factors, grid) ?? levelAnchors(factors, grid) ?? unplacedAnchors(factors, grid));
  if (byLevel === null) return null;
  const [height, width] = grid.units === 'relative' ? model.size : [1, 1];
  let areUnitsKnown = true;
  const scaled = byLevel.map((pairs, level) => {
    const cells = levels.slice(0, level).reduce((sum, size) => sum + size.rows * size.columns, 0);
    const total = levels.reduce((sum, size) => sum + size.rows * size.columns, 0);
    return pairs.map(({ sides, factor }): readonly [number, number] => {
      const [x, y] = [0, 1].map((side) =>
        factor.unit(side === 0 ? 0 : 1, anchorsPerCell * cells, anchorsPerCell * total),
      );
      areUnitsKnown &&= typeof x === 'number' && typeof y === 'number';
      return [sides[0] * (x ?? 1) * width, sides[1] * (y ?? 1) * height];
    });
  });
  const anchors = areUnitsKnown ? scaled : guessUnits(scaled, grid);
  return { anchors, evidence: [`The anchors are constants of the graph: ${listAnchors(anchors)}.`], warnings: [] };
}

/** Multiplications looked at for every anchor: width and height, and others that are none. */
const mostFactors = 6;

interface Pair {
  readonly sides: readonly [number, number];
  readonly factor: AnchorFactor;
}

/** One constant for the predictions of all levels. */
function joinedAnchors(factors: readonly AnchorFactor[], { levels, anchorsPerCell }: AnchorGrid): Pair[][] | null {
  if (levels.length < 2) return null;
  const cells = levels.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  for (const factor of factors) {
    if (factor.count !== 2 * anchorsPerCell * cells) continue;
    const pairs = pairsOf(factor.constant, anchorsPerCell * levels.length);
    if (pairs === null) continue;
    return levels.map((_, level) =>
      pairs.slice(level * anchorsPerCell, (level + 1) * anchorsPerCell).map((sides) => ({ sides, factor })),
    );
  }
  return null;
}

/** One constant for each level, or for its widths and heights, or for every anchor. */
function levelAnchors(factors: readonly AnchorFactor[], { levels, anchorsPerCell }: AnchorGrid): Pair[][] | null {
  const found = levels.map(({ rows, columns }) => {
    const cells = rows * columns;
    const pairs: Pair[] = [];
    const sides: { readonly values: readonly number[]; readonly factor: AnchorFactor }[] = [];
    for (const factor of factors) {
      const { constant, count } = factor;
      const ofAnchors = count === 2 * anchorsPerCell * cells ? anchorsPerCell : count === 2 * cells ? 1 : 0;
      if (ofAnchors > 0) for (const pair of pairsOf(constant, ofAnchors) ?? []) pairs.push({ sides: pair, factor });
      const ofSides = count === anchorsPerCell * cells ? anchorsPerCell : count === cells ? 1 : 0;
      const values = ofSides === 0 ? null : sidesOf(constant, ofSides, cells);
      if (values !== null) sides.push({ values, factor });
    }
    if (pairs.length === anchorsPerCell) return pairs;
    return pairs.length === 0 ? pairSides(sides, anchorsPerCell) : null;
  });
  const known = found.filter((level) => level !== null);
  return known.length === levels.length ? known : null;
}

/** Where shapes are open: as many constants as levels, the smallest anchors at the finest. */
function unplacedAnchors(factors: readonly AnchorFactor[], grid: AnchorGrid): Pair[][] | null {
  const levels = factors.flatMap((factor) => {
    const pairs = factor.count === null ? pairsOf(factor.constant, grid.anchorsPerCell) : null;
    return pairs === null ? [] : [pairs.map((sides) => ({ sides, factor }))];
  });
  if (levels.length !== grid.levels.length) return null;
  const [first, last] = [grid.levels[0]?.stride ?? 0, grid.levels.at(-1)?.stride ?? 0];
  const areas = (pairs: readonly Pair[]) => areaOf(pairs.map(({ sides }) => sides));
  return levels.sort((a, b) => (first > last ? areas(b) - areas(a) : areas(a) - areas(b)));
}

/** Widths and heights in turn, all anchors together or one after the other. */
function pairSides(
  sides: readonly { readonly values: readonly number[]; readonly factor: AnchorFactor }[],
  anchorsPerCell: number,
): Pair[] | null {
  const pairs: Pair[] = [];
  for (let at = 0; at + 1 < sides.length; at += 2) {
    const [widths, heights] = [sides[at], sides[at + 1]];
    if (widths === undefined || widths.values.length !== heights?.values.length) return null;
    for (const [index, width] of widths.values.entries()) {
      pairs.push({ sides: [width, heights.values[index] ?? 0], factor: widths.factor });
    }
  }
  return pairs.length === anchorsPerCell ? pairs : null;
}

/** Widths and heights in the order in which they first appear; null where a constant holds anything else. */
function pairsOf({ dims, values }: ConstantValues, count: number): (readonly [number, number])[] | null {
  const axis = pairAxis(dims, count);
  if (axis === null || values.length % (2 * count) !== 0) return null;
  const inner = dims.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const pairs: (readonly [number, number])[] = [];
  const isWhole = values.length === 2 * count;
  for (let outer = 0; outer < values.length; outer += 2 * inner) {
    for (let at = 0; at < inner; at += 1) {
      const [width = 0, height = 0] = [values[outer + at], values[outer + inner + at]];
      if (!(width > 0 && height > 0)) return null;
      // What is repeated for every cell counts once.
      if (!isWhole && pairs.some(([a, b]) => a === width && b === height)) continue;
      pairs.push([width, height]);
      if (pairs.length > count) return null;
    }
  }
  return pairs.length === count ? pairs : null;
}

/** The dimension that width and height are; channels of all anchors, [1, 2 x A, 1, 1], are pairs one after the other. */
function pairAxis(dims: readonly number[], count: number): number | null {
  if (dims.at(-1) === 2) return dims.length - 1;
  const own = dims.lastIndexOf(2);
  if (own >= 0) return own;
  const isList = dims.filter((dim) => dim !== 1).join() === String(2 * count);
  return isList ? dims.length : null;
}

/** Widths or heights of `count` anchors, perhaps repeated for every cell. */
function sidesOf({ values }: ConstantValues, count: number, cells: number): readonly number[] | null {
  if (values.some((value) => !(value > 0))) return null;
  if (values.length === count) return values;
  if (values.length !== count * cells) return null;
  const isAnchorFirst = values.slice(0, cells).every((value) => value === values[0]);
  return Array.from({ length: count }, (_, anchor) => values[isAnchorFirst ? anchor * cells : anchor] ?? 0);
}

/** Small numbers are sizes in cells. */
function guessUnits(anchors: Anchors, { levels }: AnchorGrid): Anchors {
  if (Math.max(...anchors.flat(2)) >= largestInCells) return anchors;
  return anchors.map((level, index) => {
    const unit = levels[index]?.stride ?? 1;
    return level.map(([width, height]) => [width * unit, height * unit] as const);
  });
}

function listAnchors(anchors: Anchors): string {
  return anchors
    .map((level) => level.map(([width, height]) => `${round(width)} x ${round(height)}`).join(', '))
    .join('; ');
}

const round = (value: number) => Number(value.toPrecision(4));

/** Lists of anchors begin with the finest level; those of a specification may run the other way. */
function inOrder(finestFirst: Anchors, { levels }: AnchorGrid): Anchors {
  return (levels[0]?.stride ?? 0) > (levels.at(-1)?.stride ?? 0) ? finestFirst.toReversed() : finestFirst;
}

const areaOf = (level: Anchors[number]) => level.reduce((sum, [width, height]) => sum + width * height, 0);

/** The key `anchors`: a list of numbers in Python or JSON, flat or nested, finest level first, in pixels or in cells. */
function anchorsInMetadata(model: ModelFacts, grid: AnchorGrid): FoundAnchors | { readonly problem: string } | null {
  const text = model.metadata.get('anchors')?.trim();
  if (text === undefined) return null;
  const { levels, anchorsPerCell } = grid;
  const numbers = parseNumbers(text);
  const needed = 2 * levels.length * anchorsPerCell;
  if (numbers === null || numbers.length !== needed || numbers.some((value) => !(value > 0))) {
    const held =
      numbers === null
        ? 'could not be parsed'
        : `are ${numbers.length} numbers where ${needed} positive ones are needed`;
    return { problem: `The anchors in the metadata ${held}, so they are not used.` };
  }
  const pairs = levels.map((_, level) =>
    Array.from({ length: anchorsPerCell }, (_, anchor) => {
      const at = 2 * (level * anchorsPerCell + anchor);
      return [numbers[at] ?? 0, numbers[at + 1] ?? 0] as const;
    }),
  );
  const isCoarsestFirst = areaOf(pairs[0] ?? []) > areaOf(pairs.at(-1) ?? []);
  const anchors = guessUnits(inOrder(isCoarsestFirst ? pairs.toReversed() : pairs, grid), grid);
  return { anchors, evidence: [`The metadata list the anchors: ${listAnchors(anchors)}.`], warnings: [] };
}

const longestList = 10_000;

function parseNumbers(text: string): number[] | null {
  const isList = text.length <= longestList && /^[\s\d.,eE+[\]()-]+$/.test(text);
  const numbers = (isList ? text : '').match(/[^\s,[\]()]+/g)?.map(Number) ?? [];
  return numbers.length === 0 || numbers.some((value) => !Number.isFinite(value)) ? null : numbers;
}
