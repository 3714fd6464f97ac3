/**
 * Finds the first of some globs that a node name matches; undefined when none does. `*` stands for any run of characters
 * (also across `/`, since node names are not paths), `?` for one; everything else stands for itself.
 */
export function patternFinder(patterns: readonly string[]): (name: string) => string | undefined {
  const compiled = patterns.map((pattern) => ({ pattern, expression: toExpression(pattern) }));
  return (name) => compiled.find(({ expression }) => expression.test(name))?.pattern;
}

function toExpression(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '[^]*')
    .replace(/\?/g, '[^]');
  return new RegExp(`^${source}$`);
}
