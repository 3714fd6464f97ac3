/** One column of a table; figures are set flush right. */
export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Columns a text takes on a terminal: colours take none, East Asian wide characters two. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(escapes, '')) {
    if (/\p{Mark}/u.test(character)) continue;
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return width;
}

function pad(text: string, width: number, align: Column['align']): string {
  const fill = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** Rows under their titles, two spaces between columns, no trailing spaces, a line break at the end. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const titles = columns.map((column) => column.title);
  const lines = titles.some((title) => title !== '') ? [titles, ...rows] : [...rows];
  const widths = columns.map((_, index) => Math.max(0, ...lines.map((line) => textWidth(line[index] ?? ''))));
  return lines
    .map((line) => {
      const cells = columns.map((column, index) => pad(line[index] ?? '', widths[index] ?? 0, column.align));
      return `${cells.join('  ').trimEnd()}\n`;
    })
    .join('');
}

/** Names and values, one pair a line, the values aligned. */
export function renderFacts(facts: readonly (readonly [string, string])[]): string {
  return renderTable(
    [
      { title: '', align: 'left' },
      { title: '', align: 'left' },
    ],
    facts,
  );
}
