/**
 * The word among `known` that was probably meant by `word`, or undefined where none is like it. Letters that are wrong,
 * missing, too many or in another case are forgiven: a third of the word, two at least.
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const edits = countEdits(wanted, candidate.toLowerCase());
    // Two words with nothing in common are not alike, however short they are.
    if (edits >= fewest || edits >= candidate.length) continue;
    best = candidate;
    fewest = edits;
  }
  return best;
}

/** Letters to insert, delete or replace to turn one word into the other (Levenshtein's distance). */
function countEdits(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (before[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      now.push(Math.min(replaced, (before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[b.length] ?? 0;
}
