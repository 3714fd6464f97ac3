/** Colours for a terminal; every one is only an addition to a word or sign that says the same. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
}

function paint(open: number, close: number) {
  return (text: string) => `\u001b[${open}m${text}\u001b[${close}m`;
}

const plain = (text: string) => text;

/** The style for a terminal with colours, or one that leaves every text as it is. */
export function makeStyle(color: boolean): Style {
  if (!color) return { bold: plain, dim: plain, good: plain, bad: plain, warn: plain };
  return { bold: paint(1, 22), dim: paint(2, 22), good: paint(32, 39), bad: paint(31, 39), warn: paint(33, 39) };
}

/** A text on one line: control characters, which could also steer the terminal, as escapes. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
