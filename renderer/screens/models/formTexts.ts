/* What the texts of a form mean; null where they mean nothing. */

/** Names one a line; empty lines at the end are none. */
export function namesIn(text: string): string[] {
  const trimmed = text.trimEnd();
  return trimmed === '' ? [] : trimmed.split('\n').map((name) => name.trim());
}

export function numbersIn(text: string, separator: RegExp): number[] | null {
  const numbers = text.split(separator).map((part) => readNumber(part.trim()));
  return numbers.some((value) => value === null) ? null : numbers.filter((value) => value !== null);
}

/** A number, or a fraction such as 1/255. */
export function readNumber(text: string): number | null {
  const [numerator = '', denominator, ...rest] = text.split('/');
  if (rest.length > 0 || numerator.trim() === '' || denominator?.trim() === '') return null;
  const value = denominator === undefined ? Number(numerator) : Number(numerator) / Number(denominator);
  return Number.isFinite(value) ? value : null;
}

export function readTriple(text: string): [number, number, number] | null {
  const [a, b, c, ...more] = numbersIn(text, /,/) ?? [];
  return a === undefined || b === undefined || c === undefined || more.length > 0 ? null : [a, b, c];
}

export function readPair(text: string): [number, number] | null {
  const [a, b, ...more] = numbersIn(text, /[x×]/i) ?? [];
  return a === undefined || b === undefined || more.length > 0 ? null : [a, b];
}

export function readAnchors(text: string): [number, number][][] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const levels = lines.map((line) => line.split(',').map(readPair));
  return levels.some((level) => level.includes(null))
    ? null
    : levels.map((level) => level.filter((pair) => pair !== null));
}
